using System.Net;
using System.Runtime.CompilerServices;

namespace Stripe;

/// <summary>What can be asked about one kind of resource.</summary>
public abstract class Service
{
    protected Service(IStripeClient client) => Client = client;

    private protected IStripeClient Client { get; }

    private protected Task<T> Get<T>(string path, BaseOptions options, RequestOptions request, CancellationToken cancellation) where T : IStripeEntity =>
        Client.RequestAsync<T>(HttpMethod.Get, path, options, request, cancellation);

    private protected Task<T> Post<T>(string path, BaseOptions options, RequestOptions request, CancellationToken cancellation) where T : IStripeEntity =>
        Client.RequestAsync<T>(HttpMethod.Post, path, options, request, cancellation);

    private protected Task<T> Delete<T>(string path, BaseOptions options, RequestOptions request, CancellationToken cancellation) where T : IStripeEntity =>
        Client.RequestAsync<T>(HttpMethod.Delete, path, options, request, cancellation);

    /// <summary>All pages, each asked for when the one before was read; backwards where an end but no start is given.</summary>
    private protected async IAsyncEnumerable<T> Pages<T>(string path, ListOptions options, RequestOptions request, [EnumeratorCancellation] CancellationToken cancellation) where T : IStripeEntity, IHasId
    {
        options = (ListOptions)options?.Clone() ?? new();
        var backwards = !string.IsNullOrEmpty(options.EndingBefore) && string.IsNullOrEmpty(options.StartingAfter);
        while (true)
        {
            var page = await Get<StripeList<T>>(path, options, request, cancellation);
            if (backwards) page.Data.Reverse();
            foreach (var item in page.Data)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return item;
            }
            if (!page.HasMore || page.Data.Count == 0) yield break;
            if (backwards) options.EndingBefore = page.Data[^1].Id;
            else options.StartingAfter = page.Data[^1].Id;
        }
    }

    /// <summary>An id as a part of a path.</summary>
    private protected static string Id(string id) => WebUtility.UrlEncode(id);
}
