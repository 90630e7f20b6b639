using System.Globalization;
using System.Net;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Layout;

/// <summary>What a person sees where something went wrong here: plain HTML that needs nothing that may be broken. Programs get problem details.</summary>
internal sealed class SorryPage(Assets files, IStringLocalizer<Texts> texts) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (HttpHabits.IsForPrograms(httpContext.Request) || httpContext.Response.HasStarted) return false;
        if (httpContext.Features.Get<IRequestCultureFeature>() is { } reader) CultureInfo.CurrentUICulture = reader.RequestCulture.UICulture;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        await httpContext.Response.WriteAsync($"""
            <!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="stylesheet" href="{files["assets/style.css"]}"><title>{Said(texts["Something went wrong"])}</title></head>
            <body><main class="main narrow stack"><h1>{Said(texts["Something went wrong"])}</h1>
            <p class="lead">{Said(texts["It is our fault and has been logged. Whether your last step was carried out is not certain: look before you repeat it."])}</p>
            <p class="actions"><a class="button button-main" href="{WebUtility.HtmlEncode(httpContext.Request.Path)}">{Said(texts["Look again"])}</a><a class="button" href="/">{Said(texts["Start page"])}</a></p></main></body></html>
            """, cancellationToken);
        return true;
    }

    private static string Said(string sentence) => WebUtility.HtmlEncode(sentence);
}
