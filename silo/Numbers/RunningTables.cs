using System.Data.Common;
using System.Text.Json;
using Makerspace.Announcements;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tools;
using NodaTime;
using Npgsql;

namespace Makerspace.Numbers;

/// <summary>Writes unusable times, grants, announcements and notes, inside the projector's transaction. Each entry of the journal may come again: it comes to the same.</summary>
internal sealed class RunningTables(DbConnection connection, DbTransaction transaction)
{
    private const string Certified = "certified: ";
    private const string Revoked = "revoked: ";

    private string Json => connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            if (row.Type is not ("tool-changed" or "area-changed" or "resource-changed" or "member-changed" or "announcement-changed" or "member-noted")) continue;
            await Apply(row, JournalEntry.Read(row.Type, row.Data), cancellation);
        }
    }

    private Task Apply(JournalRow row, DomainEvent happened, CancellationToken cancellation) => happened switch
    {
        ToolChanged { Tool: var tool } => Downtimes(Keys.Tool(tool.Id), row, tool.Definition.OutOfService, tool.Outages, cancellation),
        AreaChanged { Area: var area } => Downtimes(Keys.Area(area.Id), row, outOfService: false, area.Outages, cancellation),
        ResourceChanged { Resource: var resource } => Downtimes(Keys.Resource(resource.Id), row, resource.Definition.OutOfService, resource.Outages, cancellation),
        MemberChanged { Note: { } note, Member: var member } when note.StartsWith(Certified, StringComparison.Ordinal) => Grant(row, member.Id, note[Certified.Length..], revoked: false, cancellation),
        MemberChanged { Note: { } note, Member: var member } when note.StartsWith(Revoked, StringComparison.Ordinal) => Grant(row, member.Id, note[Revoked.Length..], revoked: true, cancellation),
        AnnouncementChanged { Announcement: var announcement } => Announce(announcement, cancellation),
        MemberNoted noted => Note(noted, cancellation),
        _ => Task.CompletedTask,
    };

    private async Task Downtimes(string thing, JournalRow row, bool outOfService, IReadOnlyList<Outage> outages, CancellationToken cancellation)
    {
        var at = row.At.ToUnixTimeMilliseconds();
        if (!outOfService) await Execute("UPDATE unusable_times SET end_at = @at WHERE thing = @thing AND kind = 'Broken' AND end_at IS NULL", cancellation, ("at", at), ("thing", thing));
        else if (await IsWhole(thing, cancellation)) await Put(thing, $"broken-{row.Seq}", "Broken", null, row.At, null, cancellation);
        foreach (var outage in outages) await Put(thing, outage.Id, "Outage", outage.Title, outage.Slot.Start, outage.Slot.End, cancellation);
        // Planned and called off again, or ended before its time: the list says so by leaving it out. What was over before stays as it was.
        foreach (var gone in (await Planned(thing, at, cancellation)).Where(id => outages.All(o => o.Id != id)))
        {
            await Execute("DELETE FROM unusable_times WHERE thing = @thing AND id = @id AND start_at >= @at", cancellation, ("thing", thing), ("id", gone), ("at", at));
            await Execute("UPDATE unusable_times SET end_at = @at WHERE thing = @thing AND id = @id", cancellation, ("thing", thing), ("id", gone), ("at", at));
        }
    }

    private async Task<bool> IsWhole(string thing, CancellationToken cancellation)
    {
        await using var command = Command("SELECT count(*) FROM unusable_times WHERE thing = @thing AND kind = 'Broken' AND end_at IS NULL", ("thing", thing));
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture) == 0;
    }

    private async Task<List<string>> Planned(string thing, long at, CancellationToken cancellation)
    {
        await using var command = Command("SELECT id FROM unusable_times WHERE thing = @thing AND kind = 'Outage' AND end_at > @at", ("thing", thing), ("at", at));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetString(0));
        return ids;
    }

    private Task Put(string thing, string id, string kind, string? title, Instant start, Instant? end, CancellationToken cancellation) => Execute(
        """
        INSERT INTO unusable_times (thing, id, kind, title, start_at, end_at) VALUES (@thing, @id, @kind, @title, @start, @end)
        ON CONFLICT (thing, id) DO UPDATE SET title = excluded.title, start_at = excluded.start_at, end_at = excluded.end_at
        """,
        cancellation, ("thing", thing), ("id", id), ("kind", kind), ("title", title), ("start", start.ToUnixTimeMilliseconds()), ("end", end?.ToUnixTimeMilliseconds()));

    // The note is the certification's id; taken away, the reason may follow it.
    private Task Grant(JournalRow row, string memberId, string note, bool revoked, CancellationToken cancellation) => Execute(
        "INSERT INTO grants (seq, at, member_id, certification_id, actor, revoked) VALUES (@seq, @at, @member, @certification, @actor, @revoked) ON CONFLICT (seq) DO NOTHING",
        cancellation, ("seq", row.Seq), ("at", row.At.ToUnixTimeMilliseconds()), ("member", memberId), ("certification", note.Split(' ')[0]), ("actor", row.Actor), ("revoked", revoked));

    private Task Announce(AnnouncementView a, CancellationToken cancellation) => Execute(
        $"""
        INSERT INTO announcements (id, from_at, until_at, area_id, data) VALUES (@id, @from, @until, @area, {Json})
        ON CONFLICT (id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, area_id = excluded.area_id, data = excluded.data
        """,
        cancellation, ("id", a.Id), ("from", a.Definition.From.ToUnixTimeMilliseconds()), ("until", a.Definition.Until?.ToUnixTimeMilliseconds()), ("area", a.Definition.AreaId),
        ("data", JsonSerializer.Serialize(a, StoredJson.Options)));

    private Task Note(MemberNoted noted, CancellationToken cancellation) => noted.Removed
        ? Execute("DELETE FROM member_notes WHERE id = @id", cancellation, ("id", noted.Note.Id))
        : Execute(
            $"INSERT INTO member_notes (id, member_id, at, data) VALUES (@id, @member, @at, {Json}) ON CONFLICT (id) DO NOTHING",
            cancellation, ("id", noted.Note.Id), ("member", noted.MemberId), ("at", noted.Note.At.ToUnixTimeMilliseconds()), ("data", JsonSerializer.Serialize(noted.Note, StoredJson.Options)));

    private async Task Execute(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }
}
