using Makerspace.Storage;

namespace Makerspace.Tests.Infrastructure;

/// <summary>When a commit is to fail.</summary>
public enum Phase
{
    /// <summary>Nothing was sent.</summary>
    Before,

    /// <summary>Written, not committed.</summary>
    During,

    /// <summary>Committed, but nobody hears of it.</summary>
    After,
}

/// <summary>Storage that fails where it is told to: once, at one commit from now on, or as often as a test's own function says.</summary>
internal sealed class Faults : ICommitFaults
{
    private (int Commit, Phase Phase)? planned;
    private int commits;

    public Func<ValueTask>? OnBefore { get; set; }
    public Func<ValueTask>? OnDuring { get; set; }
    public Func<ValueTask>? OnAfter { get; set; }

    /// <summary>How many commits there were since the fault was planned.</summary>
    public int Commits => commits;

    /// <summary>The planned fault has come to pass.</summary>
    public bool Happened { get; private set; }

    /// <summary>The <paramref name="commit"/>th commit from now fails; none where it is 0.</summary>
    public void Plan(int commit, Phase phase) => (planned, commits, Happened) = ((commit, phase), 0, false);

    /// <summary>Nothing fails any more.</summary>
    public void Forget() => planned = null;

    public ValueTask Before()
    {
        commits++;
        return At(Phase.Before, OnBefore);
    }

    public ValueTask During() => At(Phase.During, OnDuring);

    public ValueTask After() => At(Phase.After, OnAfter);

    public static ValueTask Fail() => throw new IOException("injected");

    private ValueTask At(Phase phase, Func<ValueTask>? asked)
    {
        if (planned != (commits, phase)) return asked?.Invoke() ?? ValueTask.CompletedTask;
        planned = null;
        Happened = true;
        throw new IOException($"The disk failed, as planned ({phase} commit {commits}).");
    }
}
