using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Catalogue;

/// <summary>A reduction.</summary>
internal sealed class Coupon : TestResource, IDeletable
{
    public override string Object => "coupon";
    public long? AmountOff { get; set; }
    public string? Currency { get; set; }
    public string Duration { get; set; } = "once";
    public long? DurationInMonths { get; set; }
    public long? MaxRedemptions { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? Name { get; set; }
    public decimal? PercentOff { get; set; }
    public long? RedeemBy { get; set; }
    public long TimesRedeemed { get; set; }
    public bool Valid { get; set; } = true;
    [Inner] public bool Deleted { get; set; }

    public bool CanBeRedeemed(long now) => !Deleted && (MaxRedemptions is null || TimesRedeemed < MaxRedemptions) && (RedeemBy is null || now <= RedeemBy);
}

/// <summary>Words that customers type to have a coupon.</summary>
internal sealed class PromotionCode : TestResource
{
    public override string Object => "promotion_code";
    public bool Active { get; set; } = true;
    public string Code { get; set; } = "";
    public string? Customer { get; set; }
    public long? ExpiresAt { get; set; }
    public long? MaxRedemptions { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public PromotionOf Promotion { get; set; } = new();
    public PromotionRestrictions Restrictions { get; set; } = new();
    public long TimesRedeemed { get; set; }
}

internal sealed class PromotionOf
{
    public string Coupon { get; set; } = "";
    public string Type => "coupon";
}

internal sealed class PromotionRestrictions
{
    public bool FirstTimeTransaction { get; set; }
    public long? MinimumAmount { get; set; }
    public string? MinimumAmountCurrency { get; set; }
}

/// <summary>A coupon that somebody has.</summary>
internal sealed class Discount : Resource
{
    public override string Object => "discount";
    public string? CheckoutSession { get; set; }
    public string? Customer { get; set; }
    public long? End { get; set; }
    public string? Invoice { get; set; }
    public string? InvoiceItem => null;
    public string? PromotionCode { get; set; }
    public DiscountSource Source { get; set; } = new();
    public long Start { get; set; }
    public string? Subscription { get; set; }
    public string? SubscriptionItem => null;

    /// <summary>Takes the coupon for somebody: counted as redeemed, and ending when the coupon's duration does.</summary>
    public static Discount Redeem(Work work, Coupon coupon, PromotionCode? code, long now, Action<Discount> forWhom)
    {
        if (!coupon.CanBeRedeemed(now)) throw ApiException.Invalid($"Coupon {coupon.Id} is used up and cannot be applied.", "coupon", "coupon_expired");
        coupon.TimesRedeemed++;
        coupon.Valid = coupon.CanBeRedeemed(now);
        if (code is not null) code.TimesRedeemed++;
        var discount = new Discount
        {
            Id = Ids.New("di"), Start = now, PromotionCode = code?.Id, Source = new() { Coupon = coupon.Id },
            End = coupon.Duration == "repeating" ? DateTimeOffset.FromUnixTimeSeconds(now).AddMonths((int)(coupon.DurationInMonths ?? 1)).ToUnixTimeSeconds() : null,
        };
        forWhom(discount);
        return work.Add(discount);
    }
}

internal sealed class DiscountSource
{
    public string Coupon { get; set; } = "";
    public string Type => "coupon";
}

internal static class CouponCalls
{
    public static void Map(Api api)
    {
        api.Post("coupons", Create);
        api.Get("coupons/{id}", call => Living(call.Work, call.Id, "id"));
        api.Post("coupons/{id}", Update);
        api.Delete("coupons/{id}", Delete);
        api.Get("coupons", call => Page.Of(call, Filtered(call), "/v1/coupons"));
        api.Post("promotion_codes", CreateCode);
        api.Get("promotion_codes/{id}", call => call.Work.Get<PromotionCode>(call.Id));
        api.Post("promotion_codes/{id}", UpdateCode);
        api.Get("promotion_codes", ListCodes);
    }

    public static Coupon Living(Work work, string id, string param) => work.Get<Coupon>(id, param) is { Deleted: false } coupon ? coupon : throw ApiException.Missing("coupon", id, param);

    /// <summary>The code as a customer types it, if it can be used now.</summary>
    public static PromotionCode? Usable(Work work, string typed, string? customer, long now) =>
        work.Newest<PromotionCode>().FirstOrDefault(c => c.Active && string.Equals(c.Code, typed.Trim(), StringComparison.OrdinalIgnoreCase)
            && (c.Customer is null || c.Customer == customer) && (c.ExpiresAt is null || now <= c.ExpiresAt) && (c.MaxRedemptions is null || c.TimesRedeemed < c.MaxRedemptions)
            && work.Find<Coupon>(c.Promotion.Coupon)?.CanBeRedeemed(now) == true) is { } found ? work.Get<PromotionCode>(found.Id) : null;

    /// <summary><c>discounts[]</c> of a request: a coupon or a promotion code each.</summary>
    public static List<(Coupon Coupon, PromotionCode? Code)> Given(Work work, Params sent) => [.. sent.List("discounts").Select(item =>
    {
        var code = item.Text("promotion_code") is { } id ? work.Get<PromotionCode>(id, item.Name("promotion_code")) : null;
        return (Living(work, code?.Promotion.Coupon ?? item.Required("coupon"), item.Name("coupon")), code);
    })];

    private static Coupon Create(Call call)
    {
        var sent = call.Params;
        var coupon = new Coupon
        {
            Id = sent.Text("id") ?? Ids.Random(8), Created = call.Work.Time, AmountOff = sent.Amount("amount_off", 1), PercentOff = sent.Number("percent_off"), Currency = sent.Currency(),
            Duration = sent.OneOf("duration", "forever", "once", "repeating") ?? "once", DurationInMonths = sent.Amount("duration_in_months", 1), MaxRedemptions = sent.Amount("max_redemptions", 1),
            Name = sent.Text("name"), RedeemBy = sent.Long("redeem_by"), Metadata = sent.Metadata(),
        };
        if (coupon.AmountOff is null == coupon.PercentOff is null) throw ApiException.Invalid("You must pass exactly one of percent_off and amount_off.", "percent_off");
        if (coupon.PercentOff is <= 0 or > 100) throw ApiException.Invalid("Invalid decimal: percent_off must be greater than 0 and at most 100", "percent_off");
        if (coupon is { AmountOff: not null, Currency: null }) throw ApiException.Required("currency");
        if (coupon.Duration == "repeating" && coupon.DurationInMonths is null) throw ApiException.Required("duration_in_months");
        call.Work.Add(coupon);
        call.Work.Emit("coupon.created", coupon);
        return coupon;
    }

    private static Coupon Update(Call call)
    {
        var coupon = Living(call.Work, call.Id, "id");
        if (call.Params.Has("name")) coupon.Name = call.Params.Text("name");
        call.Params.Metadata(coupon.Metadata);
        call.Work.EmitChange("coupon.updated", coupon);
        return coupon;
    }

    private static Coupon Delete(Call call)
    {
        var coupon = Living(call.Work, call.Id, "id");
        (coupon.Deleted, coupon.Valid) = (true, false);
        call.Work.Emit("coupon.deleted", coupon);
        return coupon;
    }

    private static IEnumerable<Coupon> Filtered(Call call)
    {
        var created = call.Created();
        return call.Work.Newest<Coupon>().Where(c => !c.Deleted && created(c.Created));
    }

    private static PromotionCode CreateCode(Call call)
    {
        var sent = call.Params;
        var promotion = sent.Child("promotion") ?? throw ApiException.Required("promotion");
        promotion.OneOf("type", "coupon");
        var code = new PromotionCode
        {
            Id = Ids.New("promo"), Created = call.Work.Time, Code = sent.Text("code") ?? Ids.Random(8).ToUpperInvariant(), Customer = sent.Text("customer"), ExpiresAt = sent.Long("expires_at"),
            MaxRedemptions = sent.Amount("max_redemptions", 1), Metadata = sent.Metadata(), Active = sent.Bool("active") ?? true, Promotion = new() { Coupon = Living(call.Work, promotion.Required("coupon"), "promotion[coupon]").Id },
        };
        if (code.Active && call.Work.Newest<PromotionCode>().Exists(c => c.Active && string.Equals(c.Code, code.Code, StringComparison.OrdinalIgnoreCase)))
            throw ApiException.Invalid($"An active promotion code with `code: {code.Code}` already exists.", "code");
        call.Work.Add(code);
        call.Work.Emit("promotion_code.created", code);
        return code;
    }

    private static PromotionCode UpdateCode(Call call)
    {
        var code = call.Work.Get<PromotionCode>(call.Id);
        if (call.Params.Bool("active") is { } active) code.Active = active;
        call.Params.Metadata(code.Metadata);
        call.Work.EmitChange("promotion_code.updated", code);
        return code;
    }

    private static Page ListCodes(Call call)
    {
        var (created, text, customer, active, coupon) = (call.Created(), call.Params.Text("code"), call.Equal("customer"), call.Params.Bool("active"), call.Equal("coupon"));
        return Page.Of(call, call.Work.Newest<PromotionCode>().Where(c => created(c.Created) && (text is null || string.Equals(c.Code, text, StringComparison.OrdinalIgnoreCase))
            && customer(c.Customer) && (active is null || c.Active == active) && coupon(c.Promotion.Coupon)), "/v1/promotion_codes");
    }
}
