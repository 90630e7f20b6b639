using System.Collections.Immutable;

namespace Makerspace.Billing;

// The book itself follows; until then an account is empty and takes nothing in.
[GrainType("account")]
internal sealed class AccountGrain([PersistentState("account")] IPersistentState<AccountState> state) : SavingGrain<AccountState>(state), IAccountGrain
{
    private AccountView Empty => new() { Id = Keys.Id(this.GetPrimaryKeyString()), Version = State.Version };

    public Task<AccountView> View() => Task.FromResult(Empty);
    public Task<PriceAnswer> Price(PriceRequest request) => Task.FromResult(new PriceAnswer(null, []));
    public Task<PriceAnswer> Reserve(PriceRequest request, BookingPrice? agreed) => Task.FromResult(new PriceAnswer(null, []));
    public Task Agree(BookingMoney money) => Task.CompletedTask;
    public Task<DepositState?> Deposit(Guid bookingId) => Task.FromResult<DepositState?>(null);
    public Task<AccountView> Open(AccountHolder holder) => Task.FromResult(Empty);
    public Task<PurchaseAnswer> Begin(PurchaseRequest request) => Task.FromResult(new PurchaseAnswer(null, null, [new NotPossible("not-sold")]));
    public Task<AccountAnswer> ChangeSubscription(SubscriptionChange change, string actor) => Nothing;
    public Task<AccountAnswer> Adjust(Adjustment adjustment, string actor) => Nothing;
    public Task<AccountAnswer> Object(Guid entryId, string words, string actor) => Nothing;
    public Task<AccountAnswer> Answer(Guid entryId, bool accepted, long? amount, string words, string actor) => Nothing;
    public Task<AccountAnswer> Collect(string actor) => Nothing;
    public Task<AccountView> Due(BillingSettings settings) => Task.FromResult(Empty);
    public Task<ImmutableArray<PaymentCommand>> Commands() => Task.FromResult<ImmutableArray<PaymentCommand>>([]);
    public Task<PaymentCommand?> Sending(Guid commandId, int attempt) => Task.FromResult<PaymentCommand?>(null);
    public Task Delivered(Guid commandId, int attempt, DeliveryOutcome outcome) => Task.CompletedTask;
    public Task Seen(ImmutableArray<Observation> observations) => Task.CompletedTask;

    private Task<AccountAnswer> Nothing => Task.FromResult(new AccountAnswer(Empty, []));
}
