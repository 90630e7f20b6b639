using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Catalogue;

/// <summary>A tax on what is sold, in the price or on top.</summary>
internal sealed class TaxRate : TestResource
{
    public override string Object => "tax_rate";
    public bool Active { get; set; } = true;
    public string? Country { get; set; }
    public string? Description { get; set; }
    public string DisplayName { get; set; } = "";
    public decimal? EffectivePercentage => null;
    public string? FlatAmount => null;
    public bool Inclusive { get; set; }
    public string? Jurisdiction { get; set; }
    public string? JurisdictionLevel => null;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public decimal Percentage { get; set; }
    public string RateType => "percentage";
    public string? State { get; set; }
    public string? TaxType { get; set; }
}

internal static class TaxRateCalls
{
    public static void Map(Api api)
    {
        api.Post("tax_rates", Create);
        api.Get("tax_rates/{id}", call => call.Work.Get<TaxRate>(call.Id));
        api.Post("tax_rates/{id}", Update);
        api.Get("tax_rates", List);
    }

    /// <summary>Those named by their ids, as they are now.</summary>
    public static List<TaxRate> Given(Work work, Params sent, string name) => [.. sent.Texts(name).Where(id => id.Length > 0).Select(id => work.Get<TaxRate>(id, name))];

    private static TaxRate Create(Call call)
    {
        var sent = call.Params;
        var rate = call.Work.Add(new TaxRate
        {
            Id = Ids.New("txr"), Created = call.Work.Time, Inclusive = sent.Bool("inclusive") ?? throw ApiException.Required("inclusive"),
            Percentage = sent.Number("percentage") is { } percentage and >= 0 and <= 100 ? percentage : throw ApiException.Invalid("percentage must be from 0 to 100", "percentage"),
        });
        Set(sent, rate);
        if (rate.DisplayName.Length == 0) throw ApiException.Required("display_name");
        call.Work.Emit("tax_rate.created", rate);
        return rate;
    }

    private static TaxRate Update(Call call)
    {
        var rate = call.Work.Get<TaxRate>(call.Id);
        Set(call.Params, rate);
        call.Work.EmitChange("tax_rate.updated", rate);
        return rate;
    }

    private static Page List(Call call)
    {
        var (created, active, inclusive) = (call.Created(), call.Params.Bool("active"), call.Params.Bool("inclusive"));
        return Page.Of(call, call.Work.Newest<TaxRate>().Where(r => created(r.Created) && (active is null || r.Active == active) && (inclusive is null || r.Inclusive == inclusive)), "/v1/tax_rates");
    }

    private static void Set(Params sent, TaxRate rate)
    {
        if (sent.Bool("active") is { } active) rate.Active = active;
        if (sent.Text("display_name") is { } name) rate.DisplayName = name.Length <= 50 ? name : throw ApiException.Invalid("Invalid string: display_name may be 50 characters long", "display_name");
        if (sent.Has("description")) rate.Description = sent.Text("description");
        if (sent.Has("country")) rate.Country = sent.Text("country");
        if (sent.Has("jurisdiction")) rate.Jurisdiction = sent.Text("jurisdiction");
        if (sent.Has("state")) rate.State = sent.Text("state");
        if (sent.Has("tax_type")) rate.TaxType = sent.Text("tax_type");
        sent.Metadata(rate.Metadata);
    }
}
