using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>Items by themselves: each call is a change of their subscription.</summary>
internal static class SubscriptionItemCalls
{
    public static void Map(Api api)
    {
        api.Get("subscription_items", call => Page.Of(call, call.Work.Get<Subscription>(call.Params.Required("subscription"), "subscription").Items.Data, "/v1/subscription_items"));
        api.Get("subscription_items/{id}", call => Find(call.Work, call.Id).Item);
        api.Post("subscription_items", Create);
        api.Post("subscription_items/{id}", call => Change(call, Find(call.Work, call.Id)));
        api.Delete("subscription_items/{id}", Delete);
    }

    private static SubscriptionItem Create(Call call)
    {
        var subscription = call.Work.Get<Subscription>(call.Params.Required("subscription"), "subscription");
        var known = subscription.Items.Data.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        Changing.Update(call.Work, subscription, call.Params.Without("subscription", "expand").Under("items", "0"));
        return subscription.Items.Data.First(i => !known.Contains(i.Id));
    }

    private static SubscriptionItem Change(Call call, (Subscription Subscription, SubscriptionItem Item) found)
    {
        Changing.Update(call.Work, found.Subscription, call.Params.Without("expand").Under("items", "0", ("id", found.Item.Id)));
        return found.Item;
    }

    private static System.Text.Json.Nodes.JsonObject Delete(Call call)
    {
        var (subscription, item) = Find(call.Work, call.Id);
        Changing.Update(call.Work, subscription, call.Params.Without("expand").Under("items", "0", ("id", item.Id), ("deleted", "true")));
        return new() { ["id"] = item.Id, ["object"] = item.Object, ["deleted"] = true };
    }

    private static (Subscription Subscription, SubscriptionItem Item) Find(Work work, string id)
    {
        var subscription = work.Newest<Subscription>().Find(s => s.Items.Data.Exists(i => i.Id == id)) ?? throw ApiException.Missing("subscription_item", id, "id");
        var kept = work.Get<Subscription>(subscription.Id);
        return (kept, kept.Items.Data.Find(i => i.Id == id)!);
    }
}
