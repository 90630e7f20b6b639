using System.Collections.Immutable;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using NodaTime;

namespace Makerspace.Web.Spaces;

/// <summary>The space as the API tells it.</summary>
public sealed record SpaceModel
{
    public string Name { get; init; } = "";

    /// <summary>IANA name, such as <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Lower-case ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Null: always open. An empty list: never.</summary>
    public IReadOnlyList<OpeningHoursModel>? OpeningHours { get; init; }
    public IReadOnlyList<ClosureModel> Closures { get; init; } = [];

    /// <summary>Settings of the rules that a tool inherits where it sets none of its own.</summary>
    public Policy Defaults { get; init; } = Policy.None;

    /// <summary>When staff are there; null: whenever the space is open.</summary>
    public IReadOnlyList<OpeningHoursModel>? StaffedHours { get; init; }

    /// <summary>The plan of whoever joins without one being named.</summary>
    public string DefaultPlan { get; init; } = "standard";

    /// <summary>Certifications that lapse when the tools that ask for them were not used for so long, by id.</summary>
    public IReadOnlyDictionary<string, Duration> CertificationLapses { get; init; } = ImmutableDictionary<string, Duration>.Empty;

    /// <summary>Names by id.</summary>
    public IReadOnlyDictionary<string, string> Certifications { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How the space takes money; null: it sells nothing.</summary>
    public BillingModel? Billing { get; init; }

    public long Version { get; init; }

    internal static SpaceModel Of(SpaceFacts space) => new()
    {
        Name = space.Name, TimeZone = space.TimeZone, Currency = space.Currency, Defaults = space.Defaults, Certifications = space.Certifications, Version = space.Version,
        StaffedHours = OpeningHoursModel.Of(space.StaffedHours), DefaultPlan = space.DefaultPlan ?? "standard", CertificationLapses = space.Lapses,
        Billing = BillingModel.Of(space.Billing),
        OpeningHours = OpeningHoursModel.Of(space.OpeningHours), Closures = [.. space.Closures.Select(c => ClosureModel.Of(c, space))],
    };
}

/// <summary>Open on some weekdays from a local time to another; a window that ends no later than it starts runs past midnight.</summary>
public sealed record OpeningHoursModel
{
    public IReadOnlyList<IsoDayOfWeek>? Days { get; init; }
    public LocalTime? From { get; init; }
    public LocalTime? To { get; init; }

    /// <summary>The windows, or null where all hours are meant.</summary>
    internal static ImmutableArray<OpeningWindow>? Read(Faults faults, string field, IReadOnlyList<OpeningHoursModel>? hours)
    {
        if (hours is null) return null;
        if (hours.Count > 100) faults.Add(field, "out-of-range", $"There are more than 100 windows in {field}.");
        if (hours.Any(w => w is not { Days.Count: > 0, From: not null, To: not null }))
        {
            faults.Add(field, "missing-field", $"Each window of {field} has days, from and to.");
            return null;
        }
        return [.. hours.SelectMany(w => w.Days!.Distinct().Select(day => new OpeningWindow(day, w.From!.Value, w.To!.Value)))];
    }

    internal static IReadOnlyList<OpeningHoursModel>? Of(ImmutableArray<OpeningWindow>? windows) => windows is not { } all
        ? null
        : [.. all.GroupBy(w => (w.From, w.To)).Select(g => new OpeningHoursModel { Days = [.. g.Select(w => w.Day).Order()], From = g.Key.From, To = g.Key.To })];
}

/// <summary>A time in which the space is shut.</summary>
public sealed record ClosureModel
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
    public string? Name { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    internal static ClosureModel Of(Closure closure, SpaceFacts space) =>
        new() { Id = closure.Id, Name = closure.Name, Start = closure.Slot.Start.In(space), End = closure.Slot.End.In(space) };
}

/// <summary>A merge patch of the space.</summary>
public sealed record SpacePatch
{
    public string? Name { get; init; }
    public string? TimeZone { get; init; }
    public string? Currency { get; init; }

    /// <summary>Null: always open.</summary>
    public IReadOnlyList<OpeningHoursModel>? OpeningHours { get; init; }

    /// <summary>Null: whenever the space is open.</summary>
    public IReadOnlyList<OpeningHoursModel>? StaffedHours { get; init; }

    /// <summary>One of the plans, or <c>standard</c>.</summary>
    public string? DefaultPlan { get; init; }

    /// <summary>By id of a certification that the space knows; null takes a lapse away.</summary>
    public IReadOnlyDictionary<string, Duration?>? CertificationLapses { get; init; }

    /// <summary>The whole list.</summary>
    public IReadOnlyList<ClosureModel>? Closures { get; init; }
    public Policy? Defaults { get; init; }

    /// <summary>Names by id, to add or rename.</summary>
    public IReadOnlyDictionary<string, string?>? Certifications { get; init; }

    /// <summary>From the first time it is set the space sells; it can be changed then, and not taken away.</summary>
    public BillingModel? Billing { get; init; }

    /// <summary>Where given, nothing is changed unless the space is still at this version.</summary>
    public long? ExpectedVersion { get; init; }

    internal static SpacePatch Of(SpaceFacts space)
    {
        var model = SpaceModel.Of(space);
        return new SpacePatch
        {
            Name = model.Name, TimeZone = model.TimeZone, Currency = model.Currency, OpeningHours = model.OpeningHours, Closures = model.Closures,
            StaffedHours = model.StaffedHours, DefaultPlan = model.DefaultPlan, Billing = model.Billing,
            CertificationLapses = space.Lapses.ToDictionary(l => l.Key, l => (Duration?)l.Value, StringComparer.Ordinal),
            Defaults = model.Defaults, Certifications = space.Certifications.ToDictionary(c => c.Key, c => (string?)c.Value, StringComparer.Ordinal),
        };
    }

    internal SpaceChange? Read(Faults faults, PolicyBook book)
    {
        faults.Text("name", Name, 100);
        if (TimeZone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            faults.Add("timeZone", "unknown-time-zone", "timeZone is the IANA name of a zone, such as Europe/Berlin.");
        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterLower)) faults.Add("currency", "malformed-currency", "currency is a lower-case ISO 4217 code, such as usd.");
        var hours = OpeningHoursModel.Read(faults, "openingHours", OpeningHours);
        var staffed = OpeningHoursModel.Read(faults, "staffedHours", StaffedHours);
        if (DefaultPlan is { } plan && plan != "standard" && !book.Space.Plans.ContainsKey(plan)) faults.Add("defaultPlan", "unknown-plan", "There is no such plan.");
        CheckLapses(faults);
        var closures = (Closures ?? []).Select((c, i) => Closure(faults, c, $"closures[{i}].")).ToImmutableArray();
        if (closures.Select(c => c.Id).Distinct(StringComparer.Ordinal).Count() < closures.Length) faults.Add("closures", "contradiction", "Two closures have the same id.");
        if (closures.Length > 1000) faults.Add("closures", "out-of-range", "There are more than 1000 closures.");
        PolicyChecks.Check(faults, Defaults ?? Policy.None, "defaults.");
        if (!faults.Any) PolicyChecks.Check(faults, book, book.With(PolicyPlace.Space, new RuleSet { Policy = Defaults ?? Policy.None }), PolicyPlace.Space, "defaults.");
        CheckCertifications(faults);
        var billing = Billing?.Read(faults, "billing.");
        if (Billing is null && book.Space.Billing is not null) faults.Add("billing", "contradiction", "The space takes money; that can be changed, and not taken away.");
        PriceChecks.CheckCurrency(faults, book.Space, Currency);
        if (faults.Any) return null;
        return new SpaceChange
        {
            Name = Name!.Trim(), TimeZone = TimeZone, Currency = Currency, OpeningHours = hours, SetOpeningHours = true, Closures = closures, Defaults = Defaults ?? Policy.None,
            StaffedHours = staffed, SetStaffedHours = true, DefaultPlan = DefaultPlan, Billing = billing,
            Lapses = (CertificationLapses ?? ImmutableDictionary<string, Duration?>.Empty).ToImmutableDictionary(l => l.Key, l => l.Value),
            Certifications = (Certifications ?? ImmutableDictionary<string, string?>.Empty).ToImmutableDictionary(c => c.Key, c => c.Value!),
        };
    }

    private void CheckLapses(Faults faults)
    {
        foreach (var (id, after) in CertificationLapses ?? ImmutableDictionary<string, Duration?>.Empty)
        {
            if (Certifications?.ContainsKey(id) != true) faults.Add("certificationLapses", "unknown-certification", $"The space knows no certification {id}.");
            if (after < Duration.FromDays(1)) faults.Add($"certificationLapses.{id}", "out-of-range", "A certification lapses after a day of disuse at the earliest.");
        }
    }

    private void CheckCertifications(Faults faults)
    {
        foreach (var (id, name) in Certifications ?? ImmutableDictionary<string, string?>.Empty)
        {
            if (!Ids.IsSlug(id)) faults.Add("certifications", "malformed-id", "A certification's id is lower-case letters, digits and hyphens.");
            else faults.Text($"certifications.{id}", name, 100);
        }
    }

    internal static Closure Closure(Faults faults, ClosureModel? closure, string path)
    {
        var name = faults.Text(path + "name", closure?.Name, 100);
        var slot = new Slot(faults.Required(path + "start", closure?.Start).ToInstant(), faults.Required(path + "end", closure?.End).ToInstant());
        if (!slot.IsValid && closure is { Start: not null, End: not null }) faults.Add(path + "end", "contradiction", "The closure ends before it starts.");
        var id = faults.OptionalSlug(path + "id", closure?.Id) ?? $"{Ids.FromName(name) ?? "closure"}-{slot.Start.ToUnixTimeSeconds()}";
        return new Closure(id.Length > 64 ? id[^64..].TrimStart('-') : id, name, slot);
    }
}
