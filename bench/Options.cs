using System.Globalization;

namespace Makerspace.Bench;

internal sealed record Options(int Seconds, int[] History, int Tools, int Members, bool Policies = false, bool Numbers = false, bool Money = false, int Bookings = 1_000_000, bool Notices = false, int Reminders = 10_000)
{
    public static Options Parse(string[] args)
    {
        var options = new Options(5, [1_000, 100_000, 1_000_000], Tools: 400, Members: 2_000);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options = args[i] switch
            {
                "--seconds" => options with { Seconds = Number(args[i + 1]) },
                "--history" => options with { History = [.. args[i + 1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)] },
                "--tools" => options with { Tools = Number(args[i + 1]) },
                "--policies" => options with { Policies = args[i + 1] == "yes" },
                "--numbers" => options with { Numbers = args[i + 1] == "yes" },
                "--money" => options with { Money = args[i + 1] == "yes" },
                "--bookings" => options with { Bookings = Number(args[i + 1]) },
                "--notices" => options with { Notices = args[i + 1] == "yes" },
                "--reminders" => options with { Reminders = Number(args[i + 1]) },
                "--members" => options with { Members = Number(args[i + 1]) },
                _ => throw new ArgumentException($"{args[i]} is no option of the bench.", nameof(args)),
            };
        }
        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
