using System.Collections.Immutable;
using Makerspace.Mentors;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Pages;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>From what a mentor says to what is kept of it.</summary>
internal static class MentorChecks
{
    private const int MostSkills = 30;
    private const int MostLanguages = 20;
    private const int MostDays = 100;

    public static ToolDefinition Read(Faults faults, MentorBody body, string memberId, string name, SpaceFacts space) => new()
    {
        Name = name,
        Description = faults.OptionalText("about", body.About, 4000),
        AreaId = Area(faults, body.AreaId, space),
        Visible = body.Offered ?? true,
        Policy = Terms(faults, body, space),
        Mentor = Profile(faults, body, memberId, space),
    };

    private static MentorProfile Profile(Faults faults, MentorBody body, string memberId, SpaceFacts space) => new()
    {
        MemberId = memberId,
        Skills = Words(faults, "skills", body.Skills, MostSkills, 60),
        Languages = Languages(faults, body.Languages),
        Place = body.Place ?? MentorPlace.Space,
        VideoLink = Link(faults, body),
        TimeZone = Zone(faults, body.TimeZone, space),
        Weekly = OpeningHoursModel.Read(faults, "weekly", body.Weekly) ?? [],
        Away = Away(faults, body.Away ?? []),
        Extra = Extra(faults, body.Extra ?? []),
        MaxPerDay = Between(faults, "maxPerDay", body.MaxPerDay, 50),
        MaxPerWeek = Between(faults, "maxPerWeek", body.MaxPerWeek, 200),
        Question = faults.OptionalText("question", body.Question, 300),
    };

    // What the space sets for its machines is no rule of a person's time: everything that would stand in the way is set here.
    // Check-in is not asked for at all (Asking).
    private static Policy Terms(Faults faults, MentorBody body, SpaceFacts space)
    {
        PriceChecks.Currency(faults, "rate", body.Rate, space.Currency);
        PriceChecks.Currency(faults, "lateCancelFee", body.LateCancelFee, space.Currency);
        var rate = body.Rate ?? new Money(0, space.Currency);
        var shortest = Length(faults, "minDuration", body.MinDuration ?? Duration.FromMinutes(30), Duration.FromMinutes(5), Duration.FromHours(12));
        var longest = Length(faults, "maxDuration", body.MaxDuration ?? Duration.FromHours(2), Duration.FromMinutes(5), Duration.FromHours(12));
        if (longest < shortest) faults.Add("maxDuration", "contradiction", "The longest session is shorter than the shortest.");
        return new Policy
        {
            MinDuration = shortest,
            MaxDuration = longest,
            Buffer = Length(faults, "buffer", body.Buffer ?? Duration.Zero, Duration.Zero, Duration.FromHours(12)),
            Notice = Length(faults, "notice", body.Notice ?? Duration.FromHours(12), Duration.Zero, Duration.FromDays(60)),
            Horizon = Length(faults, "horizon", body.Horizon ?? Duration.FromDays(60), Duration.FromDays(1), Duration.FromDays(366)),
            LateCancelThreshold = body.LateCancelThreshold is { } late ? Length(faults, "lateCancelThreshold", late, Duration.Zero, Duration.FromDays(60)) : null,
            LateCancelFee = body.LateCancelFee,
            HourlyRate = rate,
            OffPeakHourlyRate = rate,
            Concurrency = 1,
            Grid = Duration.FromMinutes(5),
            MinimumGap = Duration.Zero,
            RequiredCertifications = [],
            StaffRequired = false,
            Hazardous = false,
            ApprovalRequired = body.ApprovalRequired,
        };
    }

    private static Duration Length(Faults faults, string field, Duration length, Duration least, Duration most)
    {
        if (length < least || length > most) faults.Add(field, "out-of-range", $"{field} lies outside {least} to {most}.");
        return length;
    }

    private static int? Between(Faults faults, string field, int? number, int most)
    {
        faults.Range(field, number, 1, most);
        return number;
    }

    private static string? Area(Faults faults, string? area, SpaceFacts space)
    {
        if (faults.OptionalSlug("areaId", area) is { } id && Ids.IsSlug(id) && !space.Areas.ContainsKey(id)) faults.Add("areaId", "unknown-area", "There is no such area.");
        return area;
    }

    private static string Zone(Faults faults, string? zone, SpaceFacts space)
    {
        if (zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) faults.Add("timeZone", "unknown-time-zone", "There is no such zone in the tz database.");
        return zone ?? space.TimeZone;
    }

    private static string? Link(Faults faults, MentorBody body)
    {
        var link = faults.OptionalText("videoLink", body.VideoLink, 500);
        if (link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)) faults.Add("videoLink", "malformed-address", "videoLink is no https address.");
        return link;
    }

    private static ImmutableArray<string> Words(Faults faults, string field, IReadOnlyList<string>? words, int most, int longest)
    {
        if (words is null) return [];
        if (words.Count > most) faults.Add(field, "out-of-range", $"There are more than {most} {field}.");
        return [.. words.Select((word, i) => faults.Text($"{field}[{i}]", word, longest)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static ImmutableArray<string> Languages(Faults faults, IReadOnlyList<string>? languages)
    {
        var read = Words(faults, "languages", languages, MostLanguages, 2);
        if (read.Any(l => l.Length != 2 || !l.All(char.IsAsciiLetterLower))) faults.Add("languages", "malformed-language", "Languages are two letters of ISO 639, such as de.");
        return read;
    }

    private static ImmutableArray<AwayDays> Away(Faults faults, IReadOnlyList<AwayModel> away)
    {
        if (away.Count > MostDays) faults.Add("away", "out-of-range", $"There are more than {MostDays} times away.");
        if (away.Any(a => a is not { From: not null, Until: not null })) { faults.Add("away", "missing-field", "Each time away has from and until."); return []; }
        if (away.Any(a => !TypedDay.IsNear(a.From!.Value) || !TypedDay.IsNear(a.Until!.Value))) faults.Add("away", "out-of-range", "Times away lie between the years 2000 and 2100.");
        if (away.Any(a => a.Until < a.From)) faults.Add("away", "contradiction", "A time away ends before it begins.");
        return [.. away.Select(a => new AwayDays(a.From!.Value, a.Until!.Value))];
    }

    private static ImmutableArray<ExtraHours> Extra(Faults faults, IReadOnlyList<ExtraModel> extra)
    {
        if (extra.Count > MostDays) faults.Add("extra", "out-of-range", $"There are more than {MostDays} extra hours.");
        if (extra.Any(e => e is not { Day: not null, From: not null, To: not null })) { faults.Add("extra", "missing-field", "Each of the extra hours has day, from and to."); return []; }
        if (extra.Any(e => !TypedDay.IsNear(e.Day!.Value))) faults.Add("extra", "out-of-range", "Extra hours lie between the years 2000 and 2100.");
        return [.. extra.Select(e => new ExtraHours(e.Day!.Value, e.From!.Value, e.To!.Value))];
    }
}
