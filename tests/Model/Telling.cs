using System.Text;

namespace Makerspace.Tests.Model;

/// <summary>A history in sentences.</summary>
internal static class Telling
{
    public static string Of(History history) => Of(history, history.Ops.Count, "");

    /// <summary>Its beginning, with what is said of the last sentence.</summary>
    /// <param name="history">Which.</param>
    /// <param name="until">How many of its operations.</param>
    /// <param name="verdict">What is said of the last.</param>
    public static string Of(History history, int until, string verdict)
    {
        var civil = Civil.Of(history.Place.Zone, history.Place.Monday);
        var text = new StringBuilder($"\nin {history.Place.Zone}, the week of Monday {civil.Text(0)} = {history.Place.Monday}\n");
        var now = 0;
        for (var i = 0; i < until; i++)
        {
            if (history.Ops[i] is Pass pass) now += pass.Minutes;
            text.Append(civil.Text(now)).Append(' ').Append(Sentence(history.Ops[i], civil));
            text.AppendLine(i == until - 1 ? verdict : "");
        }
        return text.ToString();
    }

    private static string Sentence(Op op, Civil civil) => op switch
    {
        Say say => "staff: " + say.Sentence,
        Pass => "it is now",
        RunJobs => "jobs run",
        Book book => $"{By(book.ByStaff)}{book.Member} books #{book.N} {string.Join(" and ", book.Tools)} {Text(book.Slot, civil)}{Versions(book)}",
        Move move => $"{By(move.ByStaff)}#{move.N} moves to {Text(move.Slot, civil)}",
        Extend extend => $"{By(extend.ByStaff)}#{extend.N} is extended to {civil.Text(extend.End)}",
        HandOver over => $"{By(over.ByStaff)}#{over.N} is handed over to {over.Member}",
        Cancel cancel => $"{By(cancel.ByStaff)}#{cancel.N} is cancelled",
        CheckIn { Colleague: { } colleague } here => $"{By(here.ByStaff)}{colleague} checks in for #{here.N}",
        CheckIn here => $"{By(here.ByStaff)}#{here.N} checks in",
        CheckOut done => $"#{done.N} checks out",
        Approve approve => $"staff approve #{approve.N}",
        Decline decline => $"staff decline #{decline.N}",
        Displace displace => $"#{displace.N} is displaced",
        _ => op.ToString(),
    };

    public static string Text(Span span, Civil civil)
    {
        var (start, end) = (civil.Text(span.Start), civil.Text(span.End));
        return civil.Day(span.Start) == civil.Day(span.End) ? $"{start}-{end[(end.IndexOf(' ', StringComparison.Ordinal) + 1)..]}" : $"{start} - {end}";
    }

    private static string By(bool staff) => staff ? "staff overriding, " : "";

    private static string Versions(Book book) => book.VersionsLate switch { null => "", 0 => " (of the policy as it is)", var late => $" (of the policy {late} versions ago)" };
}
