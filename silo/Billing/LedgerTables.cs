using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Npgsql;

namespace Makerspace.Billing;

/// <summary>Writes entries and accounts, inside the projector's transaction. An entry is known by its id: read again it is the same.</summary>
internal sealed class LedgerTables(DbConnection connection, DbTransaction transaction)
{
    private const long MillisecondsADay = 86_400_000;

    private string Json => connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        var accounts = new Dictionary<string, AccountView>(StringComparer.Ordinal);
        foreach (var row in rows.Where(r => r.Type is "ledger-posted" or "account-changed"))
        {
            var happened = JournalEntry.Read(row.Type, row.Data);
            if (happened is LedgerPosted { Entry: var entry }) await Apply(entry, row.Seq, cancellation);
            // Told whole: only the last word counts.
            else if (happened is AccountChanged { Account: var account }) accounts[account.Id] = account;
        }
        foreach (var account in accounts.Values) await Apply(account, cancellation);
    }

    private async Task Apply(LedgerEntry entry, long seq, CancellationToken cancellation)
    {
        var isNew = await Execute(
            $"""
            INSERT INTO ledger_entries (id, seq, account_id, at, kind, cause_type, cause_id, member_id, tool_id, data)
            VALUES (@id, @seq, @account, @at, @kind, @causeType, @causeId, @member, @tool, {Json}) ON CONFLICT (id) DO NOTHING
            """,
            cancellation,
            ("id", entry.Id), ("seq", seq), ("account", entry.AccountId), ("at", entry.At.ToUnixTimeMilliseconds()), ("kind", entry.Kind.ToString()), ("causeType", entry.Cause.Type),
            ("causeId", entry.Cause.Id), ("member", entry.MemberId), ("tool", entry.ToolId), ("data", JsonSerializer.Serialize(entry, StoredJson.Options)));
        if (isNew == 0) return;
        for (var line = 0; line < entry.Lines.Length; line++)
        {
            var side = entry.Lines[line];
            await Execute(
                """
                INSERT INTO ledger_lines (entry_id, line, account_id, at, account, amount, unit, tool_id)
                VALUES (@entry, @line, @payer, @at, @account, @amount, @unit, @tool)
                """,
                cancellation,
                ("entry", entry.Id), ("line", line), ("payer", entry.AccountId), ("at", entry.At.ToUnixTimeMilliseconds()), ("account", side.Account), ("amount", side.Amount), ("unit", side.Unit), ("tool", entry.ToolId));
        }
        foreach (var earned in entry.Lines.Where(l => l.Account.StartsWith("revenue:", StringComparison.Ordinal))) await Count(entry, earned, cancellation);
    }

    // Only of an entry that is new: each counts once.
    private Task<int> Count(LedgerEntry entry, LedgerLine earned, CancellationToken cancellation) => Execute(
        """
        INSERT INTO ledger_days (account, day, unit, tool_id, amount) VALUES (@account, @day, @unit, @tool, @amount)
        ON CONFLICT (account, day, unit, tool_id) DO UPDATE SET amount = ledger_days.amount + excluded.amount
        """,
        cancellation,
        ("account", earned.Account), ("day", entry.At.ToUnixTimeMilliseconds() / MillisecondsADay), ("unit", earned.Unit), ("tool", entry.ToolId ?? ""), ("amount", earned.Amount));

    private Task<int> Apply(AccountView account, CancellationToken cancellation) => Execute(
        $"""
        INSERT INTO accounts (id, name, customer_id, standing, owed, late_since, due_at, send_at, objections, subscription_status, plan_id, data)
        VALUES (@id, @name, @customer, @standing, @owed, @late, @due, @send, @objections, @status, @plan, {Json})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, customer_id = excluded.customer_id, standing = excluded.standing, owed = excluded.owed,
            late_since = excluded.late_since, due_at = excluded.due_at, send_at = excluded.send_at, objections = excluded.objections,
            subscription_status = excluded.subscription_status, plan_id = excluded.plan_id, data = excluded.data
        """,
        cancellation,
        ("id", account.Id), ("name", account.Holder?.Name), ("customer", account.CustomerId), ("standing", account.Standing.ToString()), ("owed", account.Owed),
        ("late", account.LateSince?.ToUnixTimeMilliseconds()), ("due", account.DueAt?.ToUnixTimeMilliseconds()), ("send", account.SendAt?.ToUnixTimeMilliseconds()),
        ("objections", account.Objections.Count(o => o.Accepted is null)), ("status", account.Subscription?.Status), ("plan", account.Subscription?.PlanId),
        ("data", JsonSerializer.Serialize(account, StoredJson.Options)));

    // Null parameters tell PostgreSQL no type; each column's own is inferred from where it goes.
    private async Task<int> Execute(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
