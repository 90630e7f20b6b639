using Makerspace.Jobs;

namespace Makerspace.Billing;

/// <summary>Puts payments into a host: the provider, and the jobs that speak to it.</summary>
public static class BillingServices
{
    /// <summary>After the host's other jobs: what those beget is delivered then.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddSingleton(provider => PaymentSettings.From(provider.GetRequiredService<IConfiguration>())).AddSingleton<PaymentProvider>();
        services.AddSingleton<Looking>().AddSingleton<Customers>().AddSingleton<PlanPrices>().AddSingleton<PaymentCommands>().AddSingleton<Checkouts>();
        services.AddSingleton<AccountsFound>().AddSingleton<ProviderBooks>().AddSingleton<EventInbox>();
        services.AddSingleton<IPaymentDesk, PaymentDesk>();
        return services
            .AddJob<PaymentDelivery>(PaymentDelivery.Id, "*/10 * * * * *")
            .AddJob<ProviderEvents>(ProviderEvents.Id, "*/10 * * * * *")
            .AddJob<Reconciliation>(Reconciliation.Id, "*/15 * * * *");
    }
}
