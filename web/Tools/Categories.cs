using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Tools;

/// <summary>A category as the API tells it.</summary>
/// <param name="Tools">How many tools are of it.</param>
/// <param name="Policy">Settings between the area's and the tool's.</param>
/// <param name="Limits">Over the category's tools, for those that set no such limit themselves.</param>
public sealed record CategoryModel(string Name, int Tools, Policy Policy, Limits Limits);

/// <summary>A merge patch of what is set for a category.</summary>
public sealed record CategoryPatch
{
    public Policy? Policy { get; init; }
    public Limits? Limits { get; init; }
}

/// <summary>Categories: those of the tools, and those for which something is set.</summary>
internal static class Categories
{
    public static async Task<Ok<Page<CategoryModel>>> List(PolicyDesk desk, CancellationToken cancellation)
    {
        var book = await desk.Book(cancellation);
        var names = book.Tools.Select(t => t.Definition.Category).OfType<string>().Concat(book.Space.Categories.Keys).Distinct(StringComparer.Ordinal);
        return TypedResults.Ok(new Page<CategoryModel>([.. names.Order(StringComparer.Ordinal).Select(n => Of(book, n))], null));
    }

    public static async Task<Results<Ok<CategoryModel>, ProblemHttpResult>> Change(
        string name, MergePatch<CategoryPatch> patch, ClaimsPrincipal user, PolicyDesk desk, CancellationToken cancellation)
    {
        var place = new PolicyPlace(SettingLevel.Category, name);
        var book = await desk.Book(cancellation);
        if (book.Of(place) is not { } known) return Problem.Unknown("category");
        var (wanted, fault) = patch.Apply(new CategoryPatch { Policy = known.Policy, Limits = known.Limits });
        if (wanted is null) return Problem.Malformed([fault!]);
        var set = new RuleSet { Policy = wanted.Policy ?? Policy.None, Limits = wanted.Limits ?? Limits.None };
        var faults = PolicyDesk.Check(book, place, set);
        if (faults.Any) return faults.Problem;
        if (!await desk.Save(place, set, known, Caller.Of(user).MemberId, cancellation)) return Problem.Changed("category");
        return TypedResults.Ok(Of(book.With(place, set), name));
    }

    private static CategoryModel Of(PolicyBook book, string name)
    {
        var set = book.Of(new PolicyPlace(SettingLevel.Category, name)) ?? RuleSet.None;
        return new CategoryModel(name, book.Tools.Count(t => t.Definition.Category == name), set.Policy, set.Limits);
    }
}
