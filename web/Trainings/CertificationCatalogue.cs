using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Spaces;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>A certification, and what leads to it. Of its quiz only that there is one.</summary>
/// <param name="Prerequisites">Certifications to hold before.</param>
/// <param name="Validity">How long it holds; null: for good.</param>
/// <param name="LapsesAfter">Lapses when nothing that asks for it was used for so long; null: never.</param>
/// <param name="Questions">Of its quiz; 0 where there is none.</param>
/// <param name="Version">Rises with every change.</param>
public sealed record CatalogueModel(
    string Id, string Name, string? Description, IReadOnlyList<string> Prerequisites, Duration? Validity, Duration? LapsesAfter, bool Training, bool SignOff, int Questions,
    Duration? SupervisedHours, IReadOnlyList<LevelModel> Levels, long Version)
{
    internal static CatalogueModel Of(CertificationView c, SpaceFacts space) => new(
        c.Id, space.Certifications.GetValueOrDefault(c.Id, c.Id), c.Definition.Description, c.Definition.Prerequisites, c.Definition.Validity,
        space.Lapses.TryGetValue(c.Id, out var lapse) ? lapse : null, c.Definition.Training, c.Definition.SignOff, c.Definition.Quiz?.Questions.Length ?? 0,
        c.Definition.SupervisedHours, [.. c.Definition.Levels.Select(l => new LevelModel(l.Name, l.Hours))], c.Version);
}

/// <summary>A step of an apprenticeship, and the confirmed hours from which it is reached.</summary>
public sealed record LevelModel(string? Name, Duration? Hours);

/// <summary>What leads to a certification, with the answers of its quiz: for staff.</summary>
public sealed record CatalogueBody
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }
    public IReadOnlyList<string>? Prerequisites { get; init; }

    /// <summary>A day at least; null: for good.</summary>
    public Duration? Validity { get; init; }

    /// <summary>A day at least; null: never.</summary>
    public Duration? LapsesAfter { get; init; }
    public bool Training { get; init; }
    public bool SignOff { get; init; }
    public QuizBody? Quiz { get; init; }
    public Duration? SupervisedHours { get; init; }
    public IReadOnlyList<LevelModel>? Levels { get; init; }

    /// <summary>Where given, nothing is changed unless it is still at this version.</summary>
    public long? ExpectedVersion { get; init; }

    internal static CatalogueBody Of(CertificationView c, SpaceFacts space) => new()
    {
        Name = space.Certifications.GetValueOrDefault(c.Id, c.Id), Description = c.Definition.Description, Prerequisites = c.Definition.Prerequisites, Validity = c.Definition.Validity,
        LapsesAfter = space.Lapses.TryGetValue(c.Id, out var lapse) ? lapse : null, Training = c.Definition.Training, SignOff = c.Definition.SignOff,
        Quiz = c.Definition.Quiz is { } quiz ? QuizBody.Of(quiz) : null, SupervisedHours = c.Definition.SupervisedHours,
        Levels = [.. c.Definition.Levels.Select(l => new LevelModel(l.Name, l.Hours))], ExpectedVersion = c.Version,
    };
}

/// <summary>A quiz with its answers.</summary>
public sealed record QuizBody
{
    /// <summary>1 to 50.</summary>
    public IReadOnlyList<QuestionBody>? Questions { get; init; }

    /// <summary>Per cent, 1 to 100; 80 if absent.</summary>
    public int? PassMark { get; init; }

    /// <summary>How long to wait after a failed attempt; ten minutes if absent.</summary>
    public Duration? RetryAfter { get; init; }

    internal static QuizBody Of(Quiz quiz) => new()
    {
        Questions = [.. quiz.Questions.Select(q => new QuestionBody(q.Text, q.Options, q.Right))], PassMark = quiz.PassMark, RetryAfter = quiz.RetryAfter,
    };
}

/// <summary>A question.</summary>
/// <param name="Text">At most 500 characters.</param>
/// <param name="Options">2 to 10.</param>
/// <param name="Right">Places of the right options, from 0; one at least.</param>
public sealed record QuestionBody(string? Text, IReadOnlyList<string>? Options, IReadOnlyList<int>? Right);

/// <summary>The one door to the catalogue of certifications, for pages and API alike.</summary>
public sealed class CertificationCatalogue(IGrainFactory grains)
{
    private const int MostDeep = 32;

    public async Task<CertificationView?> Find(string id) => Ids.IsSlug(id) && (await grains.Space()).Certifications.ContainsKey(id) ? await Grain(id).View() : null;

    /// <summary>All that the space knows, by name.</summary>
    public async Task<IReadOnlyList<CertificationView>> All()
    {
        var space = await grains.Space();
        return await Task.WhenAll(space.Certifications.OrderBy(c => c.Value, StringComparer.CurrentCulture).Select(c => Grain(c.Key).View()));
    }

    /// <summary>Makes the certification, or changes what leads to it; null with no fault where somebody else has changed it meanwhile.</summary>
    public async Task<(CertificationView? Certification, Faults Faults)> Define(ClaimsPrincipal user, string id, CatalogueBody body)
    {
        var (faults, space, actor) = (new Faults(), await grains.Space(), Caller.Of(user).MemberId);
        var (name, definition) = (faults.Text("name", body.Name, 100), Read(faults, body));
        faults.Slug("id", id);
        foreach (var before in definition.Prerequisites.Where(p => !space.Certifications.ContainsKey(p)))
            faults.Add("prerequisites", "unknown-certification", $"The space knows no certification {before}.");
        if (!faults.Any && await Leads(id, definition.Prerequisites)) faults.Add("prerequisites", "prerequisite-cycle", "It would be asked for before itself.");
        if (faults.Any) return (null, faults);
        if (await Grain(id).Define(definition, actor, body.ExpectedVersion) is not { } made) return (null, faults);
        await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(
            new SpaceChange
            {
                Certifications = ImmutableDictionary<string, string>.Empty.Add(id, name), Lapses = ImmutableDictionary<string, Duration?>.Empty.Add(id, body.LapsesAfter),
            },
            actor);
        return (made, faults);
    }

    private static CertificationDefinition Read(Faults faults, CatalogueBody body)
    {
        if (body.Validity < Duration.FromDays(1)) faults.Add("validity", "out-of-range", "A certification holds a day at least.");
        if (body.LapsesAfter < Duration.FromDays(1)) faults.Add("lapsesAfter", "out-of-range", "A certification lapses after a day of disuse at the earliest.");
        if (body.SupervisedHours <= Duration.Zero) faults.Add("supervisedHours", "out-of-range", "Ask for some time, or for none.");
        if (body.Prerequisites?.Count > 20) faults.Add("prerequisites", "out-of-range", "At most 20.");
        if (body.Levels?.Count > 20) faults.Add("levels", "out-of-range", "At most 20.");
        var levels = (body.Levels ?? []).Select((l, i) => new Level(faults.Text($"levels[{i}].name", l?.Name, 60), faults.Required($"levels[{i}].hours", l?.Hours))).ToList();
        if (levels.Zip(levels.Skip(1)).Any(pair => pair.First.Hours >= pair.Second.Hours)) faults.Add("levels", "contradiction", "Each level needs more hours than the one before.");
        return new CertificationDefinition
        {
            Description = faults.OptionalText("description", body.Description, 2000), Validity = body.Validity, Training = body.Training, SignOff = body.SignOff,
            Prerequisites = [.. (body.Prerequisites ?? []).Select((p, i) => faults.Slug($"prerequisites[{i}]", p)).Distinct(StringComparer.Ordinal)],
            SupervisedHours = body.SupervisedHours, Levels = [.. levels], Quiz = body.Quiz is { } quiz ? Read(faults, quiz) : null,
        };
    }

    private static Quiz Read(Faults faults, QuizBody body)
    {
        faults.Range("quiz.passMark", body.PassMark, 1, 100);
        if (body.Questions is not { Count: > 0 and <= 50 } questions)
        {
            faults.Add("quiz.questions", "out-of-range", "A quiz has 1 to 50 questions.");
            questions = [];
        }
        if (body.RetryAfter > Duration.FromDays(30)) faults.Add("quiz.retryAfter", "out-of-range", "At most 30 days.");
        return new Quiz
        {
            Questions = [.. questions.Select((q, i) => Read(faults, q, $"quiz.questions[{i}]"))], PassMark = body.PassMark ?? 80, RetryAfter = body.RetryAfter ?? Duration.FromMinutes(10),
        };
    }

    private static QuizQuestion Read(Faults faults, QuestionBody? question, string field)
    {
        var options = question?.Options ?? [];
        var right = (question?.Right ?? []).Distinct().Order().ToImmutableArray();
        if (options.Count is < 2 or > 10) faults.Add(field + ".options", "out-of-range", "A question has 2 to 10 options.");
        if (right.IsEmpty || right.Any(r => r < 0 || r >= options.Count)) faults.Add(field + ".right", "out-of-range", "Say which options are right, counted from 0.");
        return new QuizQuestion(
            faults.Text(field + ".text", question?.Text, 500), [.. options.Select((o, i) => faults.Text($"{field}.options[{i}]", o, 300))], right);
    }

    /// <summary>Whether the certification is among these, or among what leads to them.</summary>
    private async Task<bool> Leads(string id, ImmutableArray<string> from)
    {
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), from.ToList());
        for (var depth = 0; depth < MostDeep && next.Count > 0; depth++)
        {
            if (next.Contains(id)) return true;
            var views = await Task.WhenAll(next.Where(seen.Add).Select(n => Grain(n).View()));
            next = [.. views.SelectMany(v => v.Definition.Prerequisites)];
        }
        return false;
    }

    private ICertificationGrain Grain(string id) => grains.GetGrain<ICertificationGrain>(Keys.Certification(id));
}

/// <summary>The catalogue: read, and for staff change.</summary>
internal static class CatalogueEndpoints
{
    public static void MapCatalogue(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/certifications").WithTags("Certifications");
        group.MapGet("/{id}", Read).RequireAuthorization(Allow.Read).WithSummary("One certification, and what leads to it");
        group.MapPut("/{id}", Define).RequireAuthorization(Allow.Staff).WithSummary("Make a certification, or say what leads to it").ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/{id}/definition", Definition).RequireAuthorization(Allow.StaffRead).WithSummary("What leads to a certification, with the answers of its quiz");
        group.MapGet("/{id}/quiz", QuizEndpoints.Read).RequireAuthorization(Allow.Read).WithSummary("The questions of its quiz");
        group.MapPost("/{id}/quiz", QuizEndpoints.Answer).RequireAuthorization(Allow.Book).WithSummary("Answer its quiz")
            .WithDescription("Says whether it is passed, and no more: not which answers were right, nor how many.").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<CatalogueModel>, ProblemHttpResult>> Read(string id, CertificationCatalogue catalogue, IGrainFactory grains) =>
        await catalogue.Find(id) is { } found ? TypedResults.Ok(CatalogueModel.Of(found, await grains.Space())) : Problem.Unknown("certification");

    private static async Task<Results<Ok<CatalogueBody>, ProblemHttpResult>> Definition(string id, CertificationCatalogue catalogue, IGrainFactory grains) =>
        await catalogue.Find(id) is { } found ? TypedResults.Ok(CatalogueBody.Of(found, await grains.Space())) : Problem.Unknown("certification");

    private static async Task<Results<Ok<CatalogueModel>, ProblemHttpResult>> Define(
        string id, Body<CatalogueBody> body, ClaimsPrincipal user, CertificationCatalogue catalogue, TrainerRights rights, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await rights.Refusal(user, id, cancellation) is { } refusal) return refusal.Problem;
        var (made, faults) = await catalogue.Define(user, id, body.Value);
        if (faults.Any) return faults.Problem;
        return made is null ? Problem.Changed("certification") : TypedResults.Ok(CatalogueModel.Of(made, await grains.Space()));
    }
}
