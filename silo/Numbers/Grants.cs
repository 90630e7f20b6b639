using System.Data.Common;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;

namespace Makerspace.Numbers;

/// <summary>Writes <c>grants</c> inside the projector's transaction: certifications granted and taken away. Each entry of the journal may come again: it comes to the same.</summary>
internal sealed class Grants(DbTransaction transaction)
{
    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type == "member-changed"))
            if (JournalEntry.Read(row.Type, row.Data) is MemberChanged changed && (changed.Grant ?? FromNote(changed.Note)) is { } grant)
                await Write(row, changed.Member.Id, grant, cancellation);
    }

    // Entries from before they said so themselves: their note was "certified: laser", or "revoked: laser too careless", and stands for nothing else.
    private static GrantChange? FromNote(string? note) => note?.Split(' ') switch
    {
        ["certified:", var id, ..] => new GrantChange(id, Revoked: false),
        ["revoked:", var id, ..] => new GrantChange(id, Revoked: true),
        _ => null,
    };

    private Task Write(JournalRow row, string memberId, GrantChange grant, CancellationToken cancellation) => transaction.Execute(
        "INSERT INTO grants (seq, at, member_id, certification_id, actor, revoked) VALUES (@seq, @at, @member, @certification, @actor, @revoked) ON CONFLICT (seq) DO NOTHING",
        cancellation, ("seq", row.Seq), ("at", row.At.ToUnixTimeMilliseconds()), ("member", memberId), ("certification", grant.CertificationId), ("actor", row.Actor), ("revoked", grant.Revoked));
}
