using Makerspace.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace Makerspace.Web.Pages;

/// <summary>
/// A page: reads in <see cref="Load"/>, and writes in the handler of a plain form. A handler that succeeds redirects; one that finds
/// <see cref="Faults"/> leaves the page to show them, with what was typed still in the fields.
/// </summary>
public abstract class PageBase : ComponentBase
{
    private bool loaded, drawn, absent;

    [CascadingParameter] public HttpContext Http { get; set; } = null!;
    [Inject] public Visit Visit { get; set; } = null!;
    [Inject] public NavigationManager Navigation { get; set; } = null!;

    /// <summary>What is wrong with what was typed, field by field.</summary>
    protected Faults Faults { get; } = new();
    protected Words Words => Visit.Words;
    protected CancellationToken Stop => Http.RequestAborted;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task Load();

    /// <summary>Reads before the first rendering: a page is never drawn without what it shows.</summary>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!loaded)
        {
            loaded = true;
            await Visit.Begin();
            await Load();
            drawn = true;
        }
        // What is not there is not drawn: a form in it would have nobody to send it to by then.
        if (!absent) await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>A field of the form that was sent, trimmed; null where none was sent. Browsers send a new line as two characters, and count it as one.</summary>
    protected string? Posted(string name) => IsPost ? Http.Request.Form[name].FirstOrDefault()?.Trim().ReplaceLineEndings("\n") : null;

    /// <summary>A parameter of the address.</summary>
    protected string? Asked(string name) => Http.Request.Query[name].FirstOrDefault()?.Trim();

    /// <summary>What was typed where a form was sent, else what the page knows.</summary>
    protected string? Typed(string name, string? known) => IsPost && Http.Request.Form.ContainsKey(name) ? Posted(name) : known;

    protected bool IsPost => HttpMethods.IsPost(Http.Request.Method) && Http.Request.HasFormContentType;

    /// <summary>
    /// Whether the form of that name is being sent. A form that a page shows only sometimes is drawn then too: its handler must find it,
    /// even where what it was about has gone in the meantime.
    /// </summary>
    protected bool Sending(string form) => Posted("_handler") == form;

    /// <summary>Shows the page again with its faults.</summary>
    protected void Refuse(int status = StatusCodes.Status422UnprocessableEntity)
    {
        if (!Http.Response.HasStarted) Http.Response.StatusCode = status;
    }

    /// <summary>After a change: a fresh page that says what was done (see Done.razor). From <see cref="Load"/>: another page instead of this one, which is not drawn.</summary>
    protected void Go(string address, string? done = null)
    {
        var to = done is null ? address : address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "done=" + done;
        if (drawn) { Navigation.NavigateTo(to); return; }
        // To navigate before anything is drawn has the renderer draw the document into itself without end.
        absent = true;
        Http.Response.Redirect(to);
    }

    /// <summary>There is no such thing, or not for this visitor: the page of that name answers instead.</summary>
    protected void NotFound()
    {
        absent = true;
        Navigation.NotFound();
    }
}
