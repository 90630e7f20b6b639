#if !STANDINS
using System.Collections.Immutable;
using System.Reflection;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;

namespace Makerspace.Tests.Model;

/// <summary>
/// The product's own grains without a silo: one object a key, called directly, with their states and the journal in memory. Nothing waits, so a
/// history of a month takes a millisecond. What it leaves out (turns, races, storage, restarts) is tested with real silos.
/// </summary>
internal sealed class MemoryGrains
{
    private readonly Dictionary<string, object> grains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> kept = new(StringComparer.Ordinal);
    private readonly Journal journal = new();
    private readonly object runtime;

    // What would work instead is looked for after every refusal, which costs more than all the rest: from its first question until a booking is next called, nothing is found.
    private bool seeking;

    public MemoryGrains()
    {
        Factory = Stub.Of<IGrainFactory>((_, arguments) => Grain((string)arguments[0]!));
        runtime = Stub.Of<IGrainRuntime>((method, _) => method.Name == "get_GrainFactory" ? Factory : null);
    }

    public IGrainFactory Factory { get; }
    public HandClock Clock { get; } = new();

    /// <summary>Asked before a state is saved: where it throws, the node has died and nothing is.</summary>
    public Action<object>? Saving { get; set; }

    /// <summary>How often anything was saved.</summary>
    public int Writes { get; private set; }

    public IEnumerable<(string Id, TState State)> States<TState>() where TState : new() =>
        kept.Where(k => k.Value is Kept<TState>).Select(k => (Keys.Id(k.Key), ((Kept<TState>)k.Value).State));

    /// <summary>Every booking is read from the journal when next called.</summary>
    public void Restart()
    {
        foreach (var key in grains.Keys.Where(k => k.StartsWith("booking-", StringComparison.Ordinal)).ToList()) grains.Remove(key);
    }

    /// <summary>The grain is made anew from what was saved.</summary>
    public void Reread(string key) => grains.Remove(key);

    /// <summary>What came of calls to these grains: nothing in them waits, so they are done when they return.</summary>
    public static T Now<T>(Task<T> done)
    {
        done.IsCompleted.ShouldBeTrue();
#pragma warning disable VSTHRD002 // It is completed.
        return done.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    private object Grain(string key)
    {
        if (key.StartsWith("booking-", StringComparison.Ordinal)) seeking = false;
        return grains.TryGetValue(key, out var known) ? known : grains[key] = Made(key);
    }

    private object Made(string key) => key[..key.IndexOf('-', StringComparison.Ordinal)] switch
    {
        "tool" => Searching(Placed(new ToolGrain(StateOf<ToolState>(key), Clock), key)),
        "member" => Placed(new MemberGrain(StateOf<MemberState>(key), Clock), key),
        "company" => Placed(new CompanyGrain(StateOf<CompanyState>(key), Clock), key),
        "area" => Placed(new AreaGrain(StateOf<AreaState>(key), Clock), key),
        "resource" => Placed(new ResourceGrain(StateOf<ResourceState>(key), Clock), key),
        "space" => Placed(new SpaceGrain(StateOf<SpaceState>(key), Clock), key),
        "upkeep" => Placed(new UpkeepGrain(StateOf<UpkeepState>(key), Clock), key),
        _ => Activated(Placed(new BookingGrain(journal, new Nothing(), new Nothing(), Clock), key)),
    };

    private static BookingGrain Activated(BookingGrain booking)
    {
        booking.OnActivateAsync(CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        return booking;
    }

    private IToolGrain Searching(ToolGrain tool) => Stub.Of<IToolGrain>((method, arguments) =>
    {
        if (method.Name == nameof(IToolGrain.Suggest))
        {
            seeking = true;
            return Task.FromResult<ImmutableArray<Slot>>([]);
        }
        return seeking && method.Name == nameof(IToolGrain.Check) ? Task.FromResult(new ToolQuote(null, [])) : method.Invoke(tool, arguments);
    });

    private Kept<TState> StateOf<TState>(string key) where TState : new()
    {
        if (kept.TryGetValue(key, out var known)) return (Kept<TState>)known;
        var made = new Kept<TState>(state =>
        {
            Saving?.Invoke(state!);
            Writes++;
            journal.Append((IHasOutbox)state!);
        });
        kept[key] = made;
        return made;
    }

    // A grain is made by the runtime, which tells it its key and gives it the factory; here that is done by hand.
    private TGrain Placed<TGrain>(TGrain grain, string key) where TGrain : Grain
    {
        var id = GrainId.Create("g", key);
        Set("<GrainContext>k__BackingField", Stub.Of<IGrainContext>((method, _) => method.Name == "get_GrainId" ? id : null));
        Set("<Runtime>k__BackingField", runtime);
        return grain;

        void Set(string field, object value) => typeof(Grain).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(grain, value);
    }

    private sealed class Kept<TState>(Action<TState> wrote) : IPersistentState<TState> where TState : new()
    {
        private TState saved = new();

        public TState State { get; set; } = new();
        public string? Etag => null;
        public bool RecordExists => true;
        public Task ClearStateAsync() => throw new NotSupportedException();
        public Task ReadStateAsync() => Task.CompletedTask;

        public Task WriteStateAsync()
        {
            try
            {
                wrote(State);
                saved = State;
            }
            catch
            {
                State = saved;
                throw;
            }
            return Task.CompletedTask;
        }
    }

    private sealed class Journal : IBookingHistory
    {
        private readonly Dictionary<Guid, List<BookingEvent>> bookings = [];

        public void Append(IHasOutbox state)
        {
            foreach (var happened in state.Outbox.OfType<BookingEvent>())
            {
                if (!bookings.TryGetValue(happened.BookingId, out var events)) bookings[happened.BookingId] = events = [];
                events.Add(happened);
            }
        }

        public Task<IReadOnlyList<BookingEvent>> Read(Guid bookingId, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<BookingEvent>>(bookings.TryGetValue(bookingId, out var events) ? events : []);
    }

    private sealed class Nothing : IToolDirectory, ITrainingDirectory
    {
        public Task<TrainingOffer?> Next(string certificationId, NodaTime.Instant from, CancellationToken cancellation) => Task.FromResult<TrainingOffer?>(null);

        public Task<IReadOnlyList<string>> Equivalents(string toolId, int most, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }
}

/// <summary>An object that answers calls to an interface by one function.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "The proxies are made from it at run time.")]
internal class Stub : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> answer = null!;

    public static T Of<T>(Func<MethodInfo, object?[], object?> answer) where T : class
    {
        var made = Create<T, Stub>();
        ((Stub)(object)made).answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => answer(targetMethod!, args ?? []);
}
#endif
