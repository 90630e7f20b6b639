using System.Collections.Immutable;
using Makerspace.Accounts;

namespace Makerspace.Demo;

/// <summary>One person of the demo space.</summary>
internal sealed record DemoPerson(string Id, string Name, string Email, string? CompanyId, string Role, ImmutableArray<string> Certifications)
{
    /// <summary>Has an account that somebody trying the demo signs in to.</summary>
    public bool IsDemoAccount => Email.EndsWith("@example.org", StringComparison.Ordinal);
}

/// <summary>The people of the demo space: a dozen start-ups, the staff, three mentors. Everybody is invented.</summary>
internal static class DemoPeople
{
    private static readonly ImmutableArray<(string Id, string[] Certifications)> Companies =
    [
        ("driftwood-drones", ["laser", "electronics", "printing-3d", "cnc"]), ("saltmarsh-audio", ["electronics", "laser", "wood-machines", "printing-3d"]),
        ("loom-and-tide", ["sewing", "laser"]), ("kelpworks", ["wet-lab-safety", "printing-3d"]), ("harbour-cycles", ["metal-machines", "welding", "cnc"]),
        ("brackish-brewing-tools", ["welding", "metal-machines", "wet-lab-safety"]), ("pier-nine-furniture", ["wood-machines", "cnc", "laser"]),
        ("gull-robotics", ["electronics", "cnc", "printing-3d", "laser"]), ("glaze-and-gravity", ["kiln", "laser"]),
        ("undertow-sensors", ["electronics", "printing-3d", "wet-lab-safety"]), ("quayside-prosthetics", ["printing-3d", "sewing", "laser", "cnc"]),
        ("lantern-play", ["laser", "wood-machines", "electronics"]),
    ];

    private static readonly string[] First =
    [
        "Amara", "Bastian", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hamza", "Ines", "Jonas", "Katya", "Liam", "Mei", "Nadia", "Oskar",
        "Priya", "Quentin", "Rosa", "Sami", "Tove", "Umut", "Vera", "Wout", "Ximena", "Yara", "Zeno", "Anouk", "Bram", "Celeste", "Dario",
    ];

    private static readonly string[] Last =
    [
        "Abara", "Brandt", "Castellan", "Dijkhuis", "Eklund", "Ferrante", "Gruber", "Haddad", "Ivarsen", "Jansma", "Kowal", "Lindqvist", "Moreau",
        "Nakata", "Okoye", "Petrov", "Quist", "Rahimi", "Sørli", "Tamm", "Ulvaeus", "Verbeek", "Wexler", "Xanthos", "Yilmaz", "Zeeman",
    ];

    public static readonly ImmutableArray<DemoPerson> All = [.. Named(), .. StartUps()];

    private static IEnumerable<DemoPerson> Named()
    {
        string[] everything = [.. DemoTools.Certifications.Select(c => c.Id)];
        yield return new("admin", "Wanda Steger", "admin@example.org", null, Roles.Admin, [.. everything]);
        yield return new("staff", "Theo Brandwacht", "staff@example.org", null, Roles.Staff, [.. everything]);
        yield return new("staff-nour", "Nour Elmasry", "nour@tidewater.example", null, Roles.Staff, [.. everything]);
        yield return new("staff-kofi", "Kofi Danso", "kofi@tidewater.example", null, Roles.Staff, ["wood-machines", "metal-machines", "welding", "cnc"]);
        yield return new("mentor", "Iris Vandermeer", "mentor@example.org", null, Roles.Mentor, ["laser", "printing-3d", "electronics"]);
        yield return new("mentor-paolo", "Paolo Venier", "paolo@tidewater.example", null, Roles.Mentor, ["metal-machines", "welding", "cnc"]);
        yield return new("mentor-sunniva", "Sunniva Dahl", "sunniva@tidewater.example", null, Roles.Mentor, ["sewing", "kiln", "wet-lab-safety"]);
        yield return new("member", "Mila Okonjo", "member@example.org", "gull-robotics", Roles.Member, ["laser", "electronics", "printing-3d"]);
    }

    // Four to six people a start-up; some hold all its certifications, some only the first.
    private static IEnumerable<DemoPerson> StartUps()
    {
        var number = 0;
        foreach (var (company, certifications) in Companies)
        {
            for (var seat = 0; seat < 4 + number % 3; seat++, number++)
            {
                var (first, last) = (First[number % First.Length], Last[number * 7 % Last.Length]);
                var held = seat % 3 == 2 ? certifications[..1] : certifications;
                yield return new(
                    $"{Import.Naming.Slug($"{first} {last}")}", $"{first} {last}", $"{Import.Naming.Slug(first)}.{Import.Naming.Slug(last)}@{company}.example",
                    company, Roles.Member, [.. held]);
            }
        }
    }
}
