namespace Makerspace.Tests.Model;

/// <summary>Chance, from a seed that FsCheck gives: the same seed throws the same.</summary>
internal sealed class Dice(int seed)
{
    private uint state = (uint)seed * 2654435761u + 12345u;

    /// <summary>From 0 to <paramref name="below"/>, that not included.</summary>
    public int Below(int below)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        if (state == 0) state = 88172645;
        return (int)(state % (uint)below);
    }

    public bool OneIn(int chances) => Below(chances) == 0;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
