using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Series;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// Reads journal, grain states and read models from the database itself, and holds them against each other: each party must have of every booking
/// just what its events say that it has.
/// </summary>
internal sealed class StoredTruth
{
    private readonly List<string> faults = [];
    private readonly Dictionary<Guid, BookingRecord> bookings = [];
    private readonly Dictionary<Guid, List<BookingEvent>> events = [];
    private readonly Dictionary<Guid, BookingRow> rows = [];
    private readonly Dictionary<string, (ImmutableArray<Claim> Claims, bool IsArea)> calendars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Hold>> holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolState> tools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AreaState> areas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemberState> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccountState> accounts = new(StringComparer.Ordinal);
    private Instant latest = Instant.MinValue;
    private List<WaitlistState> waitlists = [];
    private List<SeriesState> series = [];

    private StoredTruth() { }

    /// <summary>
    /// Nothing is between two states. A booking that occupies has its claim everywhere, and no other has one; those that count have their hold at member
    /// and company, and no other has one. Nobody has a slot that is another's, no area is too full, no strike or fee is twice.
    /// </summary>
    public static async Task ShouldAgree(TestDatabase database) => (await Faults(database)).ShouldBeEmpty();

    /// <summary>Everything that does not agree, in words.</summary>
    public static async Task<IReadOnlyList<string>> Faults(TestDatabase database)
    {
        var truth = new StoredTruth();
        await truth.Load(database);
        foreach (var booking in truth.bookings.Values) truth.Compare(booking);
        foreach (var (key, calendar) in truth.calendars) truth.CompareClaims(key, calendar.Claims);
        foreach (var (key, held) in truth.holds) truth.CompareHolds(key, held);
        foreach (var (key, tool) in truth.tools) truth.CompareCapacity(key, tool);
        foreach (var (key, area) in truth.areas) truth.ComparePeople(key, area);
        foreach (var (key, member) in truth.members) truth.CompareStrikes(key, member);
        truth.CompareOffers();
        foreach (var made in truth.series) truth.CompareSeries(made);
        foreach (var (key, account) in truth.accounts) truth.CompareAccount(key, account);
        return truth.faults;
    }

    private void Compare(BookingRecord booking)
    {
        var (id, view) = (booking.View.Id, booking.View);
        if (booking.Unsettled || view.State == BookingState.Held) Fault($"{view.State} booking {id} is unsettled");
        if (rows.GetValueOrDefault(id) is not { } row) Fault($"booking {id} is in no read model");
        else if (row.UnsettledSince is not null || (row.State, row.Start, row.End, row.MemberId, row.CompanyId) != (view.State, Milliseconds(view.Slot.Start), Milliseconds(view.Slot.End), view.MemberId, view.CompanyId))
            Fault($"the read model has booking {id} as {row.State} {row.MemberId} {row.Start}, unsettled since {row.UnsettledSince}; the journal has {view}");
        if (view.State.Occupies() && view.Slot.End > latest) foreach (var key in booking.Claims) CompareClaim(key, booking);
        if (booking.Counted is { } counted && counted.End + Duration.FromDays(8) > latest) CompareHold(Keys.Member(view.MemberId), booking, counted);
        if (booking.Counted is { } pooled && pooled.End + Duration.FromDays(8) > latest && view.CompanyId is { } company && holds.ContainsKey(Keys.Company(company)))
            CompareHold(Keys.Company(company), booking, pooled);
        if (view is { Payer: { } payer, Terms.Price: { } price } && view.State.Occupies() && view.State != BookingState.Offered) CompareKept(payer, price, view);
        CompareHistory(booking);
    }

    private void CompareKept(string payer, BookingPrice price, BookingView view)
    {
        if (accounts.GetValueOrDefault(Keys.Account(payer))?.BookingOf(view.Id) is not { OverAt: null } kept) Fault($"{view.State} booking {view.Id} costs {price.Total}, and {payer} keeps no price for it");
        else if (kept.Next is not null || kept.Slot != view.Slot || !StoredJson.Same(kept.Price, price)) Fault($"{payer} keeps {kept}; the booking is {view}");
        else if (price.Deposit is not null && view.State != BookingState.AwaitingApproval && kept.Deposit is null) Fault($"{payer} asks no deposit for {view}");
    }

    // What is kept is kept for a booking that is to come or under way; what was had is charged, once.
    private void CompareAccount(string key, AccountState account)
    {
        foreach (var kept in account.Bookings.Where(b => b.OverAt is null))
            if (bookings.GetValueOrDefault(kept.BookingId)?.View.State.Occupies() != true) Fault($"{key} keeps a price for {bookings.GetValueOrDefault(kept.BookingId)?.View.State} booking {kept.BookingId}");
        foreach (var booking in bookings.Values.Select(b => b.View).Where(b => b.Payer is { } payer && Keys.Account(payer) == key))
            if (account.BookingOf(booking.Id) is { OverAt: not null, ChargeId: null } && booking is { State: BookingState.Completed, Terms.Price.Total.Amount: > 0 }) Fault($"{key} has not charged {booking}");
    }

    // Read models keep no finer instants.
    private static Instant Milliseconds(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private void CompareClaim(string key, BookingRecord booking)
    {
        var view = booking.View;
        if (calendars.GetValueOrDefault(key).Claims.OrEmpty().Of(view.Id) is not { } claim) Fault($"{view.State} booking {view.Id} of {view.ToolId} has no claim at {key}");
        else if (claim.Next is not null || (claim.Slot, claim.MemberId) != (view.Slot, view.MemberId)) Fault($"at {key}: {claim}; the booking is {view}");
        else if (key == booking.Claims[^1] && claim.State != view.State) Fault($"at its home {key} the booking {view.Id} is {claim.State}; it is {view.State}");
    }

    private void CompareHold(string key, BookingRecord booking, Slot counted)
    {
        if (holds.GetValueOrDefault(key).OrEmpty().Of(booking.View.Id) is not { } hold) Fault($"{booking.View.State} booking {booking.View.Id} has no hold at {key}");
        else if (hold.Next is not null || hold.Slot != counted) Fault($"at {key}: {hold}; it counts as {counted}");
    }

    // Every beginning has at most one end; what is done once is journalled once.
    private void CompareHistory(BookingRecord booking)
    {
        var since = events[booking.View.Id];
        since = since[since.FindLastIndex(e => e is BookingHeld)..];
        AtMostOnce<BookingConfirmed>(_ => true);
        AtMostOnce<BookingEnded>(_ => true);
        AtMostOnce<BookingFeeWaived>(_ => true);
        AtMostOnce<BookingAdvanced>(a => a.To == BookingState.CheckedIn);
        AtMostOnce<BookingAdvanced>(a => a.To == BookingState.Confirmed);

        void AtMostOnce<T>(Func<T, bool> which) where T : BookingEvent
        {
            if (since.OfType<T>().Count(which) is var count and > 1) Fault($"{typeof(T).Name} {count} times for booking {booking.View.Id}");
        }
    }

    private void CompareClaims(string key, ImmutableArray<Claim> claims)
    {
        foreach (var claim in claims)
        {
            if (!bookings.TryGetValue(claim.BookingId, out var booking)) Fault($"at {key}: {claim} of a booking that never was");
            else if (!booking.View.State.Occupies()) Fault($"at {key}: {claim} of a booking that is {booking.View.State}");
            else if (!booking.Claims.Contains(key) && !calendars[key].IsArea) Fault($"at {key}: {claim} of a booking that claims only {string.Join(", ", booking.Claims)}");
        }
        foreach (var twice in claims.GroupBy(c => c.BookingId).Where(g => g.Count() > 1)) Fault($"at {key}: booking {twice.Key} twice");
    }

    private void CompareHolds(string key, ImmutableArray<Hold> held)
    {
        foreach (var hold in held)
        {
            if (!bookings.TryGetValue(hold.BookingId, out var booking)) Fault($"at {key}: {hold} of a booking that never was");
            else if (booking.Counted is null) Fault($"at {key}: {hold} of a booking that is {booking.View.State}");
            else if (key != Keys.Member(booking.View.MemberId) && key != Keys.Company(booking.View.CompanyId ?? "")) Fault($"at {key}: {hold} of a booking of {booking.View.MemberId}, {booking.View.CompanyId}");
        }
    }

    private void CompareCapacity(string key, ToolState tool)
    {
        var whole = tool.Claims.Where(c => c.Use == ClaimUse.Whole).ToArray();
        var full = Intervals.Deeper(whole.Select(c => c.Slot), (tool.Definition.Policy.Concurrency ?? 1) + 1);
        if (!full.IsEmpty) Fault($"{key} is over its concurrency in {string.Join(", ", full)}");
        foreach (var inside in tool.Claims.Where(c => c.Use == ClaimUse.Inside))
            if (whole.FirstOrDefault(w => w.Slot.Overlaps(inside.Slot) && w.BookingId != inside.BookingId) is { } room) Fault($"{key} is booked whole by {room}, inside it {inside}");
    }

    private void ComparePeople(string key, AreaState area)
    {
        if (area.Definition?.Capacity is not { } capacity) return;
        foreach (var at in area.Claims.Select(c => c.Slot.Start).Distinct())
            if (area.Claims.Where(c => c.Slot.Contains(at)).Select(c => c.MemberId).Distinct().Count() is var people && people > capacity)
                Fault($"{people} people in {key} at {at}, which holds {capacity}");
    }

    private void CompareStrikes(string key, MemberState member)
    {
        var missed = bookings.Values.Where(b => b.View.State == BookingState.NoShow && Keys.Member(b.View.MemberId) == key).Select(b => b.View.Id).Order();
        var strikes = member.Strikes.Select(s => s.BookingId).Order();
        if (!missed.SequenceEqual(strikes)) Fault($"{key} has strikes for {string.Join(", ", strikes)}; no-shows are {string.Join(", ", missed)}");
    }

    private void CompareOffers()
    {
        var offered = waitlists.SelectMany(w => w.Places).Select(p => p.BookingId).OfType<Guid>().ToHashSet();
        foreach (var booking in bookings.Values.Where(b => b.View is { State: BookingState.Offered, WaitId: not null }))
            if (!offered.Contains(booking.View.Id)) Fault($"booking {booking.View.Id} is offered, and no place on a waitlist knows of it");
    }

    private void CompareSeries(SeriesState made)
    {
        if (made.Series is not { UnfinishedSince: null } view) return;
        var occupying = view.Occurrences.Count(o => bookings.GetValueOrDefault(o.BookingId)?.View.State.Occupies() == true);
        foreach (var occurrence in view.Occurrences)
            if (occurrence.Booked && !bookings.ContainsKey(occurrence.BookingId)) Fault($"series {view.Id} has {occurrence}, which was never booked");
        if (!made.Request!.SkipConflicts && view.Occurrences.Any(o => !o.Booked) && occupying > 0) Fault($"series {view.Id} is all or nothing, and has {occupying} of {view.Occurrences.Length}");
    }

    private void Fault(string what) => faults.Add(what);

    private async Task Load(TestDatabase database)
    {
        await using var open = database.Open();
        await using var connection = await open.Open(TestContext.Current.CancellationToken);
        await LoadBookings(connection);
        foreach (var (key, tool) in await States<ToolState>(connection, "tool")) (tools[key], calendars[key]) = (tool, (tool.Claims, IsArea: false));
        foreach (var (key, area) in await States<AreaState>(connection, "area")) (areas[key], calendars[key]) = (area, (area.Claims, IsArea: true));
        foreach (var (key, member) in await States<MemberState>(connection, "member")) (members[key], holds[key]) = (member, member.Holds);
        foreach (var (key, company) in await States<CompanyState>(connection, "company")) holds[key] = company.Holds;
        foreach (var (key, account) in await States<AccountState>(connection, "account")) accounts[key] = account;
        waitlists = [.. (await States<WaitlistState>(connection, "waitlist")).Select(s => s.State)];
        series = [.. (await States<SeriesState>(connection, "series")).Select(s => s.State)];
    }

    private async Task LoadBookings(DbConnection connection)
    {
        foreach (var journalled in await JournalReader.After(connection, null, 0, int.MaxValue, TestContext.Current.CancellationToken))
        {
            latest = Instant.Max(latest, journalled.At);
            if (journalled.BookingId is not { } id || JournalEntry.Read(journalled.Data) is not BookingEvent happened) continue;
            if (BookingRecord.After(bookings.GetValueOrDefault(id), happened) is { } record) bookings[id] = record;
            if (!events.TryAdd(id, [happened])) events[id].Add(happened);
        }
        await using var command = connection.Command("SELECT id, state, member_id, company_id, start_at, end_at, unsettled_since FROM bookings");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new BookingRow
            {
                Id = reader.GetGuid(0),
                State = Enum.Parse<BookingState>(reader.GetString(1)),
                MemberId = reader.GetString(2),
                CompanyId = reader.IsDBNull(3) ? null : reader.GetString(3),
                Start = Instant.FromUnixTimeMilliseconds(reader.GetInt64(4)),
                End = Instant.FromUnixTimeMilliseconds(reader.GetInt64(5)),
                UnsettledSince = reader.IsDBNull(6) ? null : Instant.FromUnixTimeMilliseconds(reader.GetInt64(6)),
            };
            rows[row.Id] = row;
        }
    }

    private static async Task<List<(string Key, T State)>> States<T>(DbConnection connection, string name)
    {
        await using var command = connection.Command(
            "SELECT GrainIdExtensionString, PayloadBinary FROM OrleansStorage WHERE GrainTypeString = @name AND PayloadBinary IS NOT NULL", ("name", name));
        await using var reader = await command.ExecuteReaderAsync();
        var states = new List<(string, T)>();
        while (await reader.ReadAsync())
        {
            var payload = JsonDocument.Parse(Encoding.UTF8.GetString((byte[])reader[1])).RootElement.GetProperty("s");
            states.Add((reader.GetString(0), payload.Deserialize<T>(StoredJson.Options)!));
        }
        return states;
    }
}

internal static class Arrays
{
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
