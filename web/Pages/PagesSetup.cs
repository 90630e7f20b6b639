using System.Globalization;
using Makerspace.Web.Http;
using Makerspace.Web.Layout;
using Makerspace.Web.Policies;
using Makerspace.Web.Reservations;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.StaticFiles;

namespace Makerspace.Web.Pages;

/// <summary>The pages: server-rendered components, their words and their files.</summary>
public static class PagesSetup
{
    /// <summary>The languages of the pages, the default first.</summary>
    public static readonly CultureInfo[] Languages = [new("en"), new("de")];

    /// <summary>Adds what the pages need to the container.</summary>
    public static WebApplicationBuilder AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<Visit>().AddScoped<Catalogue>().AddScoped<Consequences>().AddScoped<RuleSentences>().AddScoped<PolicyDesk>();
        builder.Services.AddSingleton<Import.HeldUploads>();
        builder.Services.AddSingleton<Assets>();
        builder.Services.AddExceptionHandler<SorryPage>();
        builder.Services.AddLocalization();
        builder.Services.Configure<RequestLocalizationOptions>(Localize);
        builder.Services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true; // antiforgery tokens, the one secret in a page, differ in every answer
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
        });
        return builder;
    }

    /// <summary>Maps the pages. Call after authentication and authorisation are in the pipeline.</summary>
    public static WebApplication MapPages(this WebApplication app)
    {
        app.Use(AllowStyleAttributes);
        app.UseRequestLocalization();
        app.UseResponseCompression();
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = KeepMarkedFiles });
        app.UseAntiforgery();
        app.MapRazorComponents<Document>();
        app.Use(ShowNotFound);
        return app;
    }

    // Blocks on a board say where they lie in their style attribute; style sheets and scripts stay the site's own.
    private static Task AllowStyleAttributes(HttpContext context, RequestDelegate next)
    {
        var policy = context.Response.Headers.ContentSecurityPolicy.ToString();
        if (policy.Length > 0) context.Response.Headers.ContentSecurityPolicy = policy + "; style-src 'self'; style-src-attr 'unsafe-inline'";
        return next(context);
    }

    // No fallback route: it would match where the API answers 405 and 415, and make each of them a 404.
    private static Task ShowNotFound(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint() is not null || HttpHabits.IsForPrograms(context.Request)
            ? next(context)
            : new RazorComponentResult<Document> { StatusCode = StatusCodes.Status404NotFound }.ExecuteAsync(context);

    private static void KeepMarkedFiles(StaticFileResponseContext answer) =>
        answer.Context.Response.Headers.CacheControl = answer.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";

    // A reader's choice (cookie) beats what the browser asks for. The query string has no say: links are passed on.
    private static void Localize(RequestLocalizationOptions options)
    {
        options.DefaultRequestCulture = new RequestCulture(Languages[0]);
        options.SupportedCultures = Languages;
        options.SupportedUICultures = Languages;
        options.ApplyCurrentCultureToResponseHeaders = true;
        options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
    }
}
