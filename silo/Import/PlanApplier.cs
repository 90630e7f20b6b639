using System.Collections.Concurrent;
using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Import;

/// <summary>Carries plans out: kind by kind, so that what is named exists, and many at a time, so that their writes are committed together.</summary>
internal sealed class PlanApplier(IGrainFactory grains, AccountRegister accounts)
{
    private const string Meanwhile = "changed by somebody else meanwhile; import again";

    public async Task<ImportReport> Apply(ImportPlan plan, string actor, CancellationToken cancellation)
    {
        var work = new Work(plan, actor, cancellation);
        await DefineAreas(work);
        await ChangeSpace(work);
        await work.Each<DefineTool>(s => s.ToolId, async s => Stale(await Tool(s.ToolId).Define(s.Definition, actor, s.SeenVersion)));
        await work.Each<DefineMember>(s => s.MemberId, async s => Stale(await Member(s.MemberId).Define(s.Definition, actor, s.SeenVersion)));
        await work.Each<PlaceToolOutage>(s => s.ToolId, async s => Done(await Tool(s.ToolId).PlaceOutage(s.Outage, actor)));
        await work.Each<PlaceAreaOutage>(s => s.AreaId, async s => Done(await Area(s.AreaId).PlaceOutage(s.Outage, actor)));
        await work.Each<CertifyMember>(s => s.MemberId, s => Certify(s, actor));
        await OpenAccounts(work);
        await work.Each<RememberBooking>(s => s.Request.MemberId, async s => Refusal(await Booking(s.BookingId).Remember(s.Request, BookingState.Completed)));
        // One tool's in the plan's order: of two that overlap, the first has the slot.
        await work.Each<Book>(s => s.Request.ToolId, async s => Refusal(await Booking(s.BookingId).Book(s.Request)));
        return work.Report();
    }

    /// <summary>The report without writing; bookings whose tool and member exist are asked for.</summary>
    public async Task<ImportReport> Rehearse(ImportPlan plan, CancellationToken cancellation)
    {
        var work = new Work(plan, Actors.System, cancellation);
        await work.Each<Book>(s => s.Request.ToolId, async s => await Exists(s.Request) ? Refusal(await Booking(s.BookingId).Preview(s.Request)) : null);
        return work.Report() with { DryRun = true };
    }

    private async Task<bool> Exists(BookingRequest request) =>
        await Tool(request.ToolId).View() is not null && await Member(request.MemberId).View() is not null;

    // Whoever took it away while the plan lay there had a reason that the plan does not know.
    private async Task<string?> Certify(CertifyMember step, string actor)
    {
        var id = step.Certification.Id;
        if (await Member(step.MemberId).View() is not { } member) return Meanwhile;
        if (member.Certifications.FirstOrDefault(c => c.Id == id) != step.Seen || member.Revocations.Any(r => r.CertificationId == id)) return Meanwhile;
        return Done(await Member(step.MemberId).Certify(step.Certification, actor, expectedVersion: member.Version));
    }

    // The area around comes first: an area made before it would for a moment stand inside nothing.
    private async Task DefineAreas(Work work)
    {
        var waiting = work.Of<DefineArea>().ToList();
        while (waiting.Count > 0)
        {
            var ids = waiting.Select(w => w.Step.AreaId).ToHashSet(StringComparer.Ordinal);
            var ready = waiting.Where(w => w.Step.Definition.Inside is not { } around || !ids.Contains(around)).ToList();
            if (ready.Count == 0) ready = waiting;
            foreach (var (_, step) in ready) await Area(step.AreaId).Define(step.Definition, work.Actor);
            waiting = [.. waiting.Except(ready)];
        }
    }

    private async Task ChangeSpace(Work work)
    {
        var closures = work.Of<PlaceClosure>().Select(c => c.Step.Closure).ToImmutableArray();
        var certifications = work.Of<NameCertification>().Select(c => c.Step).DistinctBy(c => c.CertificationId).ToList();
        if (closures.IsEmpty && certifications.Count == 0) return;
        var space = grains.GetGrain<ISpaceGrain>(Keys.Space);
        var facts = await space.Facts();
        var placed = closures.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        await space.Change(
            new()
            {
                Closures = closures.IsEmpty ? null : [.. facts.Closures.Where(c => !placed.Contains(c.Id)), .. closures],
                // A name that staff gave here stays.
                Certifications = certifications.Where(c => !facts.Certifications.ContainsKey(c.CertificationId)).ToImmutableDictionary(c => c.CertificationId, c => c.Name),
            },
            work.Actor);
    }

    private async Task OpenAccounts(Work work)
    {
        var wanted = work.Of<OpenAccount>().ToList();
        var answers = await accounts.Open([.. wanted.Select(w => w.Step)], work.Cancellation);
        foreach (var ((line, _), answer) in wanted.Zip(answers))
            if (answer is not null) work.Note(line, "no account: " + answer);
    }

    private static string? Stale(object? view) => view is null ? Meanwhile : null;

    private static string? Done<T>(T answer) => answer is null ? Meanwhile : null;

    private static string? Refusal(BookingAnswer answer) => answer switch
    {
        { Accepted: true } => null,
        { KeyReused: true } => "refused: there is another booking with this id",
        { Missing: { } what } => $"refused: there is no such {what}, or it is hidden",
        _ => "refused: " + string.Join(", ", answer.Refusals.Select(r => r.Code).Distinct()),
    };

    private IToolGrain Tool(string id) => grains.GetGrain<IToolGrain>(Keys.Tool(id));

    private IMemberGrain Member(string id) => grains.GetGrain<IMemberGrain>(Keys.Member(id));

    private IAreaGrain Area(string id) => grains.GetGrain<IAreaGrain>(Keys.Area(id));

    private IBookingGrain Booking(Guid id) => grains.GetGrain<IBookingGrain>(Keys.Booking(id));

    /// <summary>A plan under way, and what came of its lines so far.</summary>
    private sealed class Work(ImportPlan plan, string actor, CancellationToken cancellation)
    {
        private const int AtOnce = 64;
        private readonly ConcurrentBag<(int Line, string Reason)> skipped = [];
        private readonly ConcurrentBag<(int Line, string Text)> notes = [];

        public string Actor => actor;
        public CancellationToken Cancellation => cancellation;

        public IEnumerable<(int Line, T Step)> Of<T>() where T : ImportStep =>
            plan.Lines.SelectMany((l, i) => l.Steps.OfType<T>().Select(s => (i, s)));

        /// <summary>Takes the steps of a kind, those with one key after each other. An answer is why a step was not done.</summary>
        public Task Each<T>(Func<T, string> key, Func<T, Task<string?>> take) where T : ImportStep =>
            Parallel.ForEachAsync(
                Of<T>().GroupBy(s => key(s.Step), StringComparer.Ordinal), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (group, _) =>
                {
                    foreach (var (line, step) in group)
                        if (await take(step) is { } reason) skipped.Add((line, reason));
                });

        public void Note(int line, string note) => notes.Add((line, note));

        public ImportReport Report()
        {
            var (reasons, remarks) = (skipped.ToLookup(s => s.Line, s => s.Reason), notes.ToLookup(n => n.Line, n => n.Text));
            var lines = plan.Lines.Select((l, i) => Outcome(l.Line, [.. reasons[i]], [.. remarks[i]])).ToImmutableArray();
            return new(DryRun: false, ImportTotals.Of(lines), plan.Remarks, lines);
        }

        private static ImportLine Outcome(ImportLine line, ImmutableArray<string> reasons, ImmutableArray<string> notes)
        {
            line = line with { Notes = [.. line.Notes, .. notes] };
            if (reasons.IsEmpty) return line;
            var because = string.Join("; ", reasons.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            return line with { Outcome = ImportOutcome.Skipped, Detail = line.Detail.Length == 0 ? because : $"{line.Detail}; {because}" };
        }
    }
}
