namespace Makerspace.PaymentSimulator.Pages;

/// <summary>The frame of every hosted page. It says what it is: no money moves here.</summary>
internal static class Layout
{
    private static readonly string Style = Read();

    public static string Page(string title, string business, Html content) => Html.Of(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title} – {business} (simulated)</title>
        <style>{new Html(Style)}</style>
        </head>
        <body>
        <header class="honest"><strong>Simulated payment</strong> – no money moves. Use a test card.</header>
        <main>
        {content}
        </main>
        <footer>Payment simulator of {business}. Never type the number of a real card here.</footer>
        </body>
        </html>
        """).Text;

    public static Task Write(HttpContext context, string page, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    /// <summary>What went wrong, read out by screen readers; nothing where nothing did.</summary>
    public static Html Notice(string? words) => words is null ? Html.None : Html.Of($"""<p class="notice" role="alert">{words}</p>""");

    private static string Read()
    {
        using var stream = typeof(Layout).Assembly.GetManifestResourceStream("Makerspace.PaymentSimulator.Pages.pages.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
