using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Journal;

/// <summary>An entry of the journal.</summary>
/// <param name="Seq">Its place; gaps are normal.</param>
/// <param name="At">When.</param>
/// <param name="Type">What happened, such as <c>booking-confirmed</c>.</param>
/// <param name="Actor">Who did it: a member id, or <c>system</c>.</param>
/// <param name="ActorName">Their name.</param>
/// <param name="ToolId">The tool concerned.</param>
/// <param name="MemberId">The member concerned.</param>
/// <param name="BookingId">The booking concerned.</param>
/// <param name="Detail">What more it says of itself.</param>
/// <param name="Data">The whole entry as it is stored.</param>
public sealed record JournalModel(
    long Seq, OffsetDateTime At, string Type, string Actor, string? ActorName, string? ToolId, string? MemberId, Guid? BookingId, string? Detail, JsonElement Data)
{
    internal static JournalModel Of(JournalRow row, JournalNames names, SpaceFacts space) => new(
        row.Seq, row.At.In(space), row.Type, row.Actor, names.Person(row.Actor), row.ToolId, row.MemberId, row.BookingId, JournalWords.Detail(Read(row)), JsonSerializer.Deserialize<JsonElement>(row.Data));

    internal static DomainEvent Read(JournalRow row) => JsonSerializer.Deserialize<DomainEvent>(row.Data, StoredJson.Options) ?? throw new JsonException("A journal entry is null.");
}

/// <summary>Who did what: the journal for staff, and as CSV.</summary>
internal static class JournalEndpoints
{
    public static void AddJournal(this IServiceCollection services) => services.AddScoped<JournalBook>();

    public static void MapJournal(this RouteGroupBuilder api)
    {
        var journal = api.MapGroup("/journal").WithTags("Journal");
        journal.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("The journal, newest first").WithDescription("from and to are days or times; a day counts whole.");
        journal.MapGet("/export", Export).RequireAuthorization(Allow.StaffRead).WithSummary("The journal as CSV, newest first");
    }

    internal sealed record Asked(string? Type, string? Actor, string? MemberId, string? ToolId, string? BookingId, string? From, string? To, string? After, string? Limit);

    private static async Task<Results<Ok<Page<JournalModel>>, ProblemHttpResult>> List(
        [AsParameters] Asked asked, HttpRequest request, JournalBook book, IReadModels models, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var query = Read(faults, asked, space);
        var limit = Cursor.Limit(faults, asked.Limit);
        var below = Cursor.Read(faults, asked.After, keys: 1) is [var text] ? Position(faults, text) : null;
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        var rows = await book.Page(query, below, limit + 1, cancellation);
        var names = await book.Names(rows, cancellation);
        return TypedResults.Ok(Cursor.Page(request, [.. rows.Select(r => JournalModel.Of(r, names, space))], limit, j => Cursor.Of(j.Seq.ToString(CultureInfo.InvariantCulture))));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        [AsParameters] Asked asked, JournalBook book, IReadModels models, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var query = Read(faults, asked, space);
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        return TypedResults.Stream(stream => JournalCsv.Write(stream, book, query, space, cancellation), "text/csv; charset=utf-8", "journal.csv");
    }

    internal static JournalQuery Read(Faults faults, Asked asked, SpaceFacts space)
    {
        var type = Blank(asked.Type);
        if (type is not null && !JournalBook.Types.Contains(type)) faults.Add("type", "unknown-type", "There are no entries of that type.");
        Guid? booking = null;
        if (Blank(asked.BookingId) is { } text && (booking = Guid.TryParseExact(text, "D", out var id) ? id : null) is null) faults.Add("bookingId", "malformed-id", "bookingId is not the id of a booking.");
        return new JournalQuery
        {
            Type = type, Actor = faults.OptionalSlug("actor", Blank(asked.Actor)), MemberId = faults.OptionalSlug("memberId", Blank(asked.MemberId)),
            ToolId = faults.OptionalSlug("toolId", Blank(asked.ToolId)), BookingId = booking, From = Time(faults, "from", asked.From, space, 0), To = Time(faults, "to", asked.To, space, 1),
        };
    }

    // A day is its beginning; as the end, the day is in it.
    private static Instant? Time(Faults faults, string field, string? text, SpaceFacts space, int plus) =>
        text is { Length: 10 } && LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= 2000 and < 2200 } day } ? space.Zone.AtStartOfDay(day.PlusDays(plus)).ToInstant() : faults.Time(field, text);

    private static long? Position(Faults faults, string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return seq;
        faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
        return null;
    }

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>The journal as CSV (RFC 4180), a row an entry, read and written a piece at a time.</summary>
internal static class JournalCsv
{
    private const int Piece = 500;
    private static readonly string[] Columns = ["seq", "at", "type", "actor", "actorName", "toolId", "memberId", "memberName", "bookingId", "detail"];

    public static async Task Write(Stream to, JournalBook book, JournalQuery query, SpaceFacts space, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 16 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        await using var csv = CsvWriter.Create(writer, CsvWriterOptions.Default with { NewLine = "\r\n", HasHeader = false }, leaveOpen: true);
        await csv.WriteRecordAsync(Columns, cancellation);
        var piece = new List<JournalRow>(Piece);
        await foreach (var row in book.All(query, cancellation))
        {
            piece.Add(row);
            if (piece.Count == Piece) await Write(csv, piece, book, space, cancellation);
        }
        await Write(csv, piece, book, space, cancellation);
        await csv.FlushAsync(cancellation);
    }

    private static async Task Write(CsvWriter csv, List<JournalRow> piece, JournalBook book, SpaceFacts space, CancellationToken cancellation)
    {
        var names = await book.Names(piece, cancellation);
        foreach (var row in piece) await csv.WriteRecordAsync(Row(row, names, space), cancellation);
        piece.Clear();
    }

    internal static string[] Row(JournalRow row, JournalNames names, SpaceFacts space) =>
    [
        row.Seq.ToString(CultureInfo.InvariantCulture), OffsetDateTimePattern.ExtendedIso.Format(row.At.In(space)), row.Type, LedgerCsv.Text(row.Actor), LedgerCsv.Text(names.Person(row.Actor)), LedgerCsv.Text(row.ToolId),
        LedgerCsv.Text(row.MemberId), LedgerCsv.Text(names.Person(row.MemberId)), row.BookingId?.ToString() ?? "", LedgerCsv.Text(JournalWords.Detail(JournalModel.Read(row))),
    ];
}
