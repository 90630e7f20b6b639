using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Billing;

/// <summary>Loads, decides, draws the consequences, saves once, answers. The decisions are beside it, each in a file of its own.</summary>
[GrainType("account")]
internal sealed class AccountGrain([PersistentState("account")] IPersistentState<AccountState> state, TimeProvider time) : SavingGrain<AccountState>(state), IAccountGrain
{
    private AccountState Now => State.Id.Length > 0 ? State with { Outbox = [], Notes = [] } : State with { Id = Keys.Id(this.GetPrimaryKeyString()), Outbox = [], Notes = [] };

    public Task<AccountView> View() => Task.FromResult(AccountViews.Of(Now, time.Now()));

    public Task<PriceAnswer> Price(PriceRequest request) => Task.FromResult(Quoting.Price(Now, request, time.Now()));

    public async Task<PriceAnswer> Reserve(PriceRequest request, BookingPrice? agreed)
    {
        var (next, answer) = Quoting.Reserve(Now, request, agreed, time.Now());
        await Taken(next, At(request.MemberId));
        return answer;
    }

    public Task Agree(BookingMoney money)
    {
        var moment = At(money.Actor);
        return Taken(Charging.Agree(Now, money, moment), moment);
    }

    public Task<DepositState?> Deposit(Guid bookingId) => Task.FromResult(Now.BookingOf(bookingId)?.Deposit?.State);

    public Task<AccountView> Open(AccountHolder holder) => Taken(Now with { Holder = holder }, At(Actors.System));

    public async Task<PurchaseAnswer> Begin(PurchaseRequest request)
    {
        var moment = At(request.Actor);
        var (next, answer) = Buying.Begin(Now, request, moment);
        await Taken(next, moment);
        return answer;
    }

    public Task<AccountAnswer> ChangeSubscription(SubscriptionChange change, string actor) => Decide(actor, moment =>
    {
        var (next, refusal) = Subscribing.Changed(Now, change, moment);
        return new Decided(next, refusal);
    });

    public Task<AccountAnswer> Adjust(Adjustment adjustment, string actor) => Decide(actor, moment => Correcting.Adjusted(Now, adjustment, moment));

    public Task<AccountAnswer> Object(Guid entryId, string words, string actor) => Decide(actor, moment => Correcting.Objected(Now, entryId, words, moment));

    public Task<AccountAnswer> Answer(Guid entryId, bool accepted, long? amount, string words, string actor) =>
        Decide(actor, moment => Correcting.Answered(Now, entryId, accepted, amount, words, moment));

    public Task Recall(LedgerEntry entry, ImmutableArray<LedgerEntry> notes)
    {
        var moment = At(Actors.System);
        return Taken(Recalling.Recalled(Now, entry, notes, moment.Now), moment);
    }

    public Task<AccountAnswer> Collect(string actor) => Decide(actor, moment =>
    {
        var (next, refusal) = Collecting.Now(Now, moment);
        return new Decided(next, refusal);
    });

    public Task<AccountView> Due(BillingSettings settings) => Taken(Now with { Settings = settings }, At(Actors.System));

    public Task<ImmutableArray<PaymentCommand>> Commands()
    {
        var now = time.Now();
        return Task.FromResult(Now.Commands.Where(c => c.NotBefore <= now).OrderBy(c => c.NotBefore).ToImmutableArray());
    }

    public async Task<PaymentCommand?> Sending(Guid commandId, int attempt)
    {
        var moment = At(Actors.System);
        var (next, command) = Delivering.Sending(Now, commandId, attempt, moment.Now);
        if (command is not null) await Saved(next, moment);
        return command;
    }

    public Task Delivered(Guid commandId, int attempt, DeliveryOutcome outcome)
    {
        var moment = At(Actors.System);
        return Taken(Delivering.Delivered(Now, commandId, attempt, outcome, moment), moment);
    }

    public Task Seen(ImmutableArray<Observation> observations)
    {
        var moment = At(Actors.System);
        return Taken(Observing.Seen(Now, observations, moment), moment);
    }

    private Moment At(string actor) => new(time.Now(), actor.Length > 0 ? actor : Actors.System);

    private async Task<AccountAnswer> Decide(string actor, Func<Moment, Decided> decide)
    {
        var moment = At(actor);
        var decided = decide(moment);
        if (decided.Refusal is not null || decided.Missing is not null)
            return new AccountAnswer(AccountViews.Of(Now, moment.Now), decided.Refusal is { } refusal ? [refusal] : []) { Missing = decided.Missing };
        return new AccountAnswer(await Taken(decided.State, moment), []);
    }

    private Task<AccountView> Taken(AccountState next, Moment moment) => Saved(Consequences.Of(next, moment), moment);

    /// <summary>Saves what changed, with its entries; others are told of the account where they would see it otherwise.</summary>
    private async Task<AccountView> Saved(AccountState next, Moment moment)
    {
        var before = Now;
        if (next.Outbox.IsEmpty && next.Notes.IsEmpty && StoredJson.Same(before, next)) return AccountViews.Of(before, moment.Now);
        var view = AccountViews.Of(next, moment.Now);
        if (next.Notes.IsEmpty && StoredJson.Same(AccountViews.Of(before, moment.Now), view))
        {
            await Save(next);
            return view;
        }
        next = next with { Version = next.Version + 1 };
        view = view with { Version = next.Version };
        ImmutableArray<string?> notes = next.Notes.IsEmpty ? [null] : [.. next.Notes];
        await Save(next with { Outbox = [.. next.Outbox, .. notes.Select(note => new AccountChanged(moment.Now, moment.Actor, view, note))] });
        return view;
    }
}
