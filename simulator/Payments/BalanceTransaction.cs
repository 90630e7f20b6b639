using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>Money that came or went: the simulator's own book. It takes no fee.</summary>
internal sealed class BalanceTransaction : Dated
{
    public override string Object => "balance_transaction";

    /// <summary>Positive: it came.</summary>
    public long Amount { get; set; }
    public long AvailableOn { get; set; }
    public string BalanceType => "payments";
    public string Currency { get; set; } = "";
    public string? Description { get; set; }
    public decimal? ExchangeRate => null;
    public long Fee => 0;
    public List<string> FeeDetails => [];
    public long Net => Amount;
    public string ReportingCategory { get; set; } = "charge";
    public string Source { get; set; } = "";
    public string Status => "available";
    public string Type { get; set; } = "charge";
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override string? OnClock => Clock;

    public static BalanceTransaction Post(Work work, long amount, string currency, string type, string category, Resource source, string? description = null)
    {
        var now = work.Now(source.OnClock);
        return work.Add(new BalanceTransaction
        {
            Id = Ids.New("txn"), Created = now, AvailableOn = now, Amount = amount, Currency = currency, Type = type, ReportingCategory = category, Source = source.Id, Description = description, Clock = source.OnClock,
        });
    }
}

internal static class BalanceTransactionCalls
{
    public static void Map(Api api)
    {
        api.Get("balance_transactions/{id}", call => call.Work.Get<BalanceTransaction>(call.Id));
        api.Get("balance_transactions", List);
        api.Get("balance", Balance);
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<BalanceTransaction>("type", "source", "currency").Where(t => created(t.Created)), "/v1/balance_transactions");
    }

    private static System.Text.Json.Nodes.JsonObject Balance(Call call) => new()
    {
        ["object"] = "balance", ["livemode"] = false, ["pending"] = new System.Text.Json.Nodes.JsonArray(),
        ["available"] = new System.Text.Json.Nodes.JsonArray([.. call.Work.Newest<BalanceTransaction>().GroupBy(t => t.Currency, StringComparer.Ordinal).Select(g =>
            new System.Text.Json.Nodes.JsonObject { ["amount"] = g.Sum(t => t.Net), ["currency"] = g.Key, ["source_types"] = new System.Text.Json.Nodes.JsonObject { ["card"] = g.Sum(t => t.Net) } })]),
    };
}
