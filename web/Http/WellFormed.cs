using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Http;

/// <summary>Refuses, before an endpoint runs, malformed bodies and query parameters that nobody reads.</summary>
internal static class WellFormed
{
    public static EndpointFilterDelegate Filter(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        var known = QueryParameters(endpoint.MethodInfo).ToHashSet(StringComparer.Ordinal);
        return async invocation =>
        {
            if (Refusal(invocation, known) is { } problem) return problem;
            return await next(invocation);
        };
    }

    private static ProblemHttpResult? Refusal(EndpointFilterInvocationContext invocation, HashSet<string> known)
    {
        foreach (var (name, values) in invocation.HttpContext.Request.Query)
        {
            if (!known.Contains(name)) return Problem.Malformed(name, "unknown-parameter", $"There is no query parameter {Shown(name)} here.");
            if (values.Count > 1) return Problem.Malformed(name, "repeated-parameter", $"The query parameter {name} is given more than once.");
            if (values[0]!.Any(char.IsControl)) return Problem.Malformed(name, "control-character", $"The query parameter {name} has control characters in it.");
            // Signed tokens are long; whoever reads one bounds it.
            if (name != "token" && values[0]!.Length > 500) return Problem.Malformed(name, "text-too-long", $"The query parameter {name} is longer than 500 characters.");
        }
        return invocation.Arguments.OfType<IMayBeMalformed>().FirstOrDefault(a => a.Problem is not null)?.Problem;
    }

    private static string Shown(string name) => name.Length > 40 ? name[..40] + "…" : name;

    private static IEnumerable<string> QueryParameters(MethodInfo method) =>
        method.GetParameters().SelectMany(p => p.GetCustomAttribute<AsParametersAttribute>() is null
            ? [p.Name!]
            : p.ParameterType.GetProperties().Select(i => char.ToLowerInvariant(i.Name[0]) + i.Name[1..]));
}
