using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Makerspace.Journal;

namespace Makerspace.Storage;

/// <summary>An event as a row of the journal, before it has a position.</summary>
internal sealed record JournalEntry(
    long At, string Type, string Actor, Guid? BookingId, string? ToolId, string? MemberId, string Data)
{
    private static readonly FrozenDictionary<Type, string> Names = typeof(DomainEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    private static readonly FrozenDictionary<string, Type> Types = Names.ToFrozenDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

    public static JournalEntry Of(DomainEvent happened)
    {
        var data = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(happened, StoredJson.Options));
        var entry = new JournalEntry(happened.At.ToUnixTimeMilliseconds(), Names[happened.GetType()], happened.Actor, null, null, null, data);
        return happened switch
        {
            BookingEvent booking => entry with { BookingId = booking.BookingId, ToolId = booking.ToolId, MemberId = booking.MemberId },
            ToolChanged tool => entry with { ToolId = tool.Tool.Id },
            WaitChanged { Wait: var wait } => entry with { ToolId = wait.ToolId, MemberId = wait.MemberId },
            SeriesChanged { Series: var series } => entry with { ToolId = series.ToolId, MemberId = series.MemberId },
            // A problem is told to who reported it, and to staff.
            ProblemChanged { Problem: var problem } => entry with { ToolId = problem.Report.ToolId, MemberId = problem.ReportedBy },
            WorkOrderChanged { Order.Definition: { Target: Maintenance.WorkTarget.Tool } work } => entry with { ToolId = work.TargetId },
            UpkeepChanged upkeep => entry with { ToolId = upkeep.Upkeep.ToolId },
            MemberChanged member => entry with { MemberId = member.Member.Id },
            DeviceChanged { Device: var device } => entry with { ToolId = device.Definition.ToolId },
            DeviceUsed { Use: var use } => entry with { ToolId = use.ToolId, MemberId = use.MemberId },
            PresenceChanged { Presence: var presence } => entry with { MemberId = presence.MemberId },
            MemberNoted noted => entry with { MemberId = noted.MemberId },
            CertificateChanged { Certificate: var certificate } => entry with { MemberId = certificate.MemberId },
            PassportChanged { Passport: var passport } => entry with { MemberId = passport.MemberId },
            LedgerPosted posted => entry with { ToolId = posted.Entry.ToolId, MemberId = MemberOf(posted.Entry.AccountId) },
            AccountChanged changed => entry with { MemberId = MemberOf(changed.Account.Id) },
            SessionChanged { Session: var session } => entry with { MemberId = session.Parties?.MemberId },
            _ => entry,
        };
    }

    // A member's book is told of to that member; a company's is nobody's alone.
    private static string? MemberOf(string accountId) => accountId == Keys.Member(Keys.Id(accountId)) ? Keys.Id(accountId) : null;

    /// <summary>The same where the type is known from its column: quicker, as nothing has to be looked for in the text.</summary>
    public static DomainEvent Read(string type, string data) => Types.TryGetValue(type, out var known)
        ? (DomainEvent?)JsonSerializer.Deserialize(data, known, StoredJson.Options) ?? throw new JsonException("A journal entry is null.")
        : Read(data);

    public static DomainEvent Read(string data) =>
        JsonSerializer.Deserialize<DomainEvent>(data, StoredJson.Options) ?? throw new JsonException("A journal entry is null.");
}
