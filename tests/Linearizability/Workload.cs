using System.Collections.Concurrent;
using System.Diagnostics;

namespace Makerspace.Tests.Linearizability;

/// <summary>Whoever decides on the calendars of some tools: the product by one way or another, or something broken on purpose.</summary>
internal interface IClaimant
{
    /// <summary>Asks once.</summary>
    /// <exception cref="IOException">The answer was lost.</exception>
    Task<(Heard Heard, Hours? Found)> Do(Doing doing, Guid booking, int client, int tool, Hours hours);
}

/// <summary>
/// Many clients who book, move, extend and cancel at random on a few tools, and note what they asked and heard. Each tool's time is in windows that no
/// booking leaves: a window is a calendar of its own, so that a history to be checked is short.
/// </summary>
internal sealed class Workload(IClaimant claimant, int clients, int tools, int windows, bool extends, int seed)
{
    private const int WindowHours = 6;
    private readonly ConcurrentQueue<(int Tool, int Window, Call Call)> calls = [];
    private readonly Client[] all = [.. Enumerable.Range(0, clients).Select(i => new Client(i, new Random((seed * 1000) + i)))];

    public int Asked => calls.Count;

    public int Accepted => calls.Count(c => c.Call.Heard == Heard.Accepted);

    /// <summary>Until it is cancelled, everybody has asked so often, or the answers stay away.</summary>
    public Task Run(int most, CancellationToken cancellation) => Task.WhenAll(all.Select(async client =>
    {
        await Task.Yield();
        for (var i = 0; i < most && !cancellation.IsCancellationRequested && await One(client); i++) { }
    }));

    /// <summary>Nothing of what was lost can take effect any more: whoever waits for an answer looks what became of the booking.</summary>
    public async Task LookAfterWhatWasLost()
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var client in all)
        {
            if (client.Lost is not { } lost) continue;
            calls.Enqueue((lost.Place.Tool, lost.Place.Window, lost.Call with { Answered = now }));
            client.Lost = null;
            await Ask(client, Doing.Read, lost.Call.Booking, lost.Place, new Hours(0, 0));
        }
    }

    /// <summary>The first calendar whose history cannot be explained, as text; null where all can.</summary>
    public string? Fault() => calls.GroupBy(c => (c.Tool, c.Window), c => c.Call)
        .Select(g => LinearizabilityCheck.Fault([.. g]) is { } fault ? $"Tool {g.Key.Tool}, window {g.Key.Window}. {fault}" : null).FirstOrDefault(f => f is not null);

    private Task<bool> One(Client client)
    {
        var random = client.Random;
        var place = (Tool: random.Next(tools), Window: random.Next(windows));
        var mine = client.Bookings.Where(b => b.Value.Place == place).ToArray();
        if (mine.Length == 0 || random.Next(10) < 4) return Ask(client, Doing.Book, Guid.NewGuid(), place, Any(random));
        var (booking, (_, hours)) = mine[random.Next(mine.Length)];
        if (extends && hours.From == 0 && random.Next(2) == 0) return Ask(client, Doing.Extend, booking, place, hours with { To = Math.Min(WindowHours, hours.To + 1) });
        return random.Next(6) < 4 ? Ask(client, Doing.Move, booking, place, Any(random)) : Ask(client, Doing.Cancel, booking, place, hours);
    }

    private static Hours Any(Random random)
    {
        var from = random.Next(WindowHours);
        return new Hours(from, from + random.Next(1, Math.Min(3, WindowHours - from) + 1));
    }

    private async Task<bool> Ask(Client client, Doing doing, Guid booking, (int Tool, int Window) place, Hours hours)
    {
        var offset = place.Window * WindowHours;
        var asked = Stopwatch.GetTimestamp();
        try
        {
            var (heard, found) = await claimant.Do(doing, booking, client.Number, place.Tool, new Hours(hours.From + offset, hours.To + offset));
            Hours? told = doing == Doing.Cancel ? null : doing == Doing.Read ? found is { } f ? new Hours(f.From - offset, f.To - offset) : null : hours;
            var call = new Call(client.Number, booking, doing, told, heard, asked, Stopwatch.GetTimestamp());
            calls.Enqueue((place.Tool, place.Window, call));
            client.Learn(call, place);
            return true;
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException)
        {
            client.Lost = (new Call(client.Number, booking, doing, doing == Doing.Cancel ? null : hours, Heard.Nothing, asked, long.MaxValue), place);
            return false;
        }
    }

    private sealed class Client(int number, Random random)
    {
        public int Number => number;
        public Random Random => random;
        public Dictionary<Guid, ((int Tool, int Window) Place, Hours Hours)> Bookings { get; } = [];
        public (Call Call, (int Tool, int Window) Place)? Lost { get; set; }

        public void Learn(Call call, (int Tool, int Window) place)
        {
            if (call.Heard != Heard.Accepted) return;
            if (call.Hours is { } hours) Bookings[call.Booking] = (place, hours);
            else Bookings.Remove(call.Booking);
        }
    }
}
