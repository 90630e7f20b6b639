using Microsoft.Extensions.DependencyInjection;

namespace Hangfire.AspNetCore;

/// <summary>Makes them in a scope of the container each.</summary>
public class AspNetCoreJobActivator(IServiceScopeFactory serviceScopeFactory) : JobActivator
{
    internal override (object Job, IAsyncDisposable? Scope) Activate(Type type)
    {
        var scope = serviceScopeFactory.CreateAsyncScope();
        return (ActivatorUtilities.GetServiceOrCreateInstance(scope.ServiceProvider, type), scope);
    }
}
