using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Makerspace.Web.Hosting;

/// <summary>
/// Routes whose endpoints are made once. A route group makes its endpoints anew for whoever asks for them, and at every start two ask, the router and the cache of authorisation: for some
/// hundred routes half a second of compiling, twice.
/// </summary>
internal sealed class KeptRoutes : IEndpointRouteBuilder
{
    private readonly IEndpointRouteBuilder app;

    /// <summary>Routes of the application; to be mapped before it starts.</summary>
    public KeptRoutes(IEndpointRouteBuilder app)
    {
        this.app = app;
        app.DataSources.Add(new Source(DataSources));
    }

    public ICollection<EndpointDataSource> DataSources { get; } = [];
    public IServiceProvider ServiceProvider => app.ServiceProvider;

    public IApplicationBuilder CreateApplicationBuilder() => app.CreateApplicationBuilder();

    private sealed class Source(ICollection<EndpointDataSource> mapped) : EndpointDataSource
    {
        private readonly Lazy<IReadOnlyList<Endpoint>> endpoints = new(() => [.. mapped.SelectMany(source => source.Endpoints)]);

        public override IReadOnlyList<Endpoint> Endpoints => endpoints.Value;

        public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;
    }
}
