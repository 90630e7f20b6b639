using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace Makerspace.Web.Pages;

/// <summary>
/// What pages are sent, before anybody reads it: a form that cannot be read is refused, and characters that no keyboard types are taken out. A database refuses some of them, and with
/// them whatever else it is just writing.
/// </summary>
internal static class PageInput
{
    /// <summary>Call before anything looks into a form, and after it is known that the caller may send it.</summary>
    public static void UsePageInput(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (!HttpHabits.IsForPrograms(request))
        {
            if (request.Query.Any(q => IsOdd(q.Key, q.Value))) request.Query = new QueryCollection(Plain(request.Query));
            if (!RateLimits.IsSafe(request) && request.HasFormContentType)
            {
                if (await Fault(request) is { } fault) { await fault.ExecuteAsync(context); return; }
                if (request.Form.Any(f => IsOdd(f.Key, f.Value))) request.Form = new FormCollection(Plain(request.Form), request.Form.Files);
            }
        }
        await next(context);
    });

    /// <summary>What is wrong with what is sent as a form; null where it can be read.</summary>
    public static async Task<ProblemHttpResult?> Fault(HttpRequest request)
    {
        try
        {
            await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return null;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Problem.Of(e.StatusCode, "body-too-large", "The form is larger than this page takes.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "malformed-form", "The form is broken, or has more fields than any page.");
        }
    }

    private static bool IsOdd(string name, StringValues values) => name.Any(IsOdd) || values.Any(v => v is not null && v.Any(IsOdd));

    private static bool IsOdd(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static Dictionary<string, StringValues> Plain(IEnumerable<KeyValuePair<string, StringValues>> all)
    {
        var plain = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in all) plain[Plain(name)] = StringValues.Concat(plain.GetValueOrDefault(Plain(name)), new StringValues([.. values.Select(v => v is null ? null : Plain(v))]));
        return plain;
    }

    private static string Plain(string text) => string.Concat(text.Where(c => !IsOdd(c)));
}
