namespace Stripe;

public interface IStripeEntity
{
    StripeResponse StripeResponse { get; set; }
}

public interface IHasId
{
    string Id { get; set; }
}

/// <summary>Something that Stripe answered.</summary>
public abstract class StripeEntity : IStripeEntity
{
    [JsonIgnore] public StripeResponse StripeResponse { get; set; }
}

public abstract class StripeEntity<T> : StripeEntity where T : StripeEntity<T>;

/// <summary>A page of a list.</summary>
public class StripeList<T> : StripeEntity<StripeList<T>>
{
    public List<T> Data { get; set; }
    public bool HasMore { get; set; }
}
