using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using NodaTime;
using Npgsql;

namespace Makerspace.Announcements;

/// <summary>An announcement. <see cref="Data"/> is the whole <see cref="AnnouncementView"/> as JSON.</summary>
public sealed class AnnouncementRow
{
    public Guid Id { get; set; }
    public Instant FromAt { get; set; }
    public Instant? UntilAt { get; set; }
    public string? AreaId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>Writes <c>announcements</c> inside the projector's transaction.</summary>
internal sealed class AnnouncementTable(DbTransaction transaction)
{
    private string Json => transaction is NpgsqlTransaction ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type == "announcement-changed"))
            if (JournalEntry.Read(row.Type, row.Data) is AnnouncementChanged { Announcement: var announcement }) await Write(announcement, cancellation);
    }

    private Task Write(AnnouncementView a, CancellationToken cancellation) => transaction.Execute(
        $"""
        INSERT INTO announcements (id, from_at, until_at, area_id, data) VALUES (@id, @from, @until, @area, {Json})
        ON CONFLICT (id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, area_id = excluded.area_id, data = excluded.data
        """,
        cancellation, ("id", a.Id), ("from", a.Definition.From.ToUnixTimeMilliseconds()), ("until", a.Definition.Until?.ToUnixTimeMilliseconds()), ("area", a.Definition.AreaId),
        ("data", JsonSerializer.Serialize(a, StoredJson.Options)));
}
