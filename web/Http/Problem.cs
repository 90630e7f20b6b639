using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Makerspace.Web.Http;

/// <summary>RFC 9457 problem details. Every error of the API has a stable code: the end of <c>type</c>, and the member <c>code</c>.</summary>
internal static class Problem
{
    public const string TypeBase = "https://makerspace.example/problems/";

    public static ProblemHttpResult Of(int status, string code, string detail, params (string Name, object? Value)[] more) =>
        TypedResults.Problem(Details(status, code, detail, more));

    /// <summary>422: well-formed JSON that does not say what it must; every fault at once.</summary>
    public static ProblemHttpResult Malformed(IReadOnlyList<Fault> faults) => Of(
        StatusCodes.Status422UnprocessableEntity, faults[0].Code,
        faults.Count == 1 ? faults[0].Message : $"{faults.Count} things are wrong with the request; see errors.", ("errors", faults));

    public static ProblemHttpResult Malformed(string? field, string code, string message) => Malformed([new Fault(field, code, message)]);

    /// <summary>404: it does not exist, or the caller may not know that it does.</summary>
    public static ProblemHttpResult Unknown(string what) =>
        Of(StatusCodes.Status404NotFound, "unknown-" + what, $"There is no such {what}.");

    /// <summary>403: the caller is known, and may not do this.</summary>
    public static ProblemHttpResult Forbidden(string code, string detail) => Of(StatusCodes.Status403Forbidden, code, detail);

    /// <summary>409: the request was made against a state that is no longer so.</summary>
    public static ProblemHttpResult Changed(string what) =>
        Of(StatusCodes.Status409Conflict, "changed-meanwhile", $"The {what} was changed meanwhile. Read it again and repeat the change.");

    public static ProblemDetails Details(int status, string code, string detail, params (string Name, object? Value)[] more)
    {
        var problem = new ProblemDetails
        {
            Status = status, Type = TypeBase + code, Title = Title(status), Detail = detail, Extensions = { ["code"] = code },
        };
        foreach (var (name, value) in more) problem.Extensions[name] = value;
        return problem;
    }

    /// <summary>The problem of a bare status code, where nothing more is known.</summary>
    public static ProblemDetails Bare(int status) => Details(status, status switch
    {
        StatusCodes.Status400BadRequest => "bad-request",
        StatusCodes.Status401Unauthorized => "sign-in-required",
        StatusCodes.Status403Forbidden => "not-allowed",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "body-too-large",
        StatusCodes.Status415UnsupportedMediaType => "content-type-not-supported",
        StatusCodes.Status429TooManyRequests => "too-many-requests",
        StatusCodes.Status503ServiceUnavailable => "try-again",
        >= 500 => "internal-error",
        _ => "refused",
    }, Title(status) + ".");

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request cannot be read",
        StatusCodes.Status401Unauthorized => "Sign in first",
        StatusCodes.Status403Forbidden => "You may not do this",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "This address does not take that method",
        StatusCodes.Status409Conflict => "Not possible as things stand",
        StatusCodes.Status412PreconditionFailed => "Changed meanwhile",
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status415UnsupportedMediaType => "The body is not of a type that is taken here",
        StatusCodes.Status422UnprocessableEntity => "The request is malformed",
        StatusCodes.Status429TooManyRequests => "Too many requests",
        StatusCodes.Status503ServiceUnavailable => "Try again",
        >= 500 => "Something went wrong here",
        _ => "Refused",
    };
}

/// <summary>One thing wrong with a request.</summary>
/// <param name="Field">Where: a JSON path such as <c>policy.minDuration</c>, a query parameter or a header; null for the whole.</param>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Message">For people.</param>
public sealed record Fault(string? Field, string Code, string Message);
