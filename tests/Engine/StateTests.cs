using Orleans.Storage;

namespace Makerspace.Tests.Engine;

/// <summary>State is read before the first call, written by its version, and never ahead of the storage for longer than a call.</summary>
public sealed class StateTests(SharedEngine shared) : IClassFixture<SharedEngine>
{
    private readonly Engine _engine = shared.Engine;
    private readonly string _key = "state-" + Guid.NewGuid();

    private IStateGrain Grain => _engine.Get<IStateGrain>(_key);

    [Fact]
    public async Task A_grain_without_a_record_starts_fresh()
    {
        (await Grain.Count()).ShouldBe(0);
        (await Grain.Record()).ShouldBe((false, null));
    }

    [Fact]
    public async Task What_was_written_is_read_by_the_next_activation()
    {
        await Grain.Add();
        var before = await Grain.Activation();
        await Grain.End();
        (await Grain.Count()).ShouldBe(1);
        (await Grain.Activation()).ShouldNotBe(before);
        (await Grain.Record()).ShouldBe((true, "1"));
    }

    [Fact]
    public async Task A_write_that_failed_before_the_disk_is_forgotten()
    {
        await Grain.Add();
        _engine.Storage.FailBefore = _key;
        await Should.ThrowAsync<OrleansException>(Grain.Add);
        _engine.Storage.FailBefore = null;
        (await Grain.Count()).ShouldBe(1);
        (await Grain.Add()).ShouldBe(2);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_seen()
    {
        _engine.Storage.FailAfter = _key;
        await Should.ThrowAsync<OrleansException>(Grain.Add);
        _engine.Storage.FailAfter = null;
        (await Grain.Count()).ShouldBe(1);
    }

    [Fact]
    public async Task The_storages_own_error_is_within()
    {
        _engine.Storage.FailBefore = _key;
        var error = await Should.ThrowAsync<OrleansException>(Grain.Add);
        _engine.Storage.FailBefore = null;
        error.InnerException.ShouldBeOfType<TimeoutException>().Message.ShouldBe("the disk is full");
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_fails_the_call_and_the_next_tries_again()
    {
        _engine.Storage.FailReading = _key;
        await Should.ThrowAsync<Exception>(Grain.Count);
        _engine.Storage.FailReading = null;
        (await Grain.Count()).ShouldBe(0);
    }

    [Fact]
    public async Task Another_writer_first_is_an_InconsistentStateException()
    {
        await Grain.Add();
        _engine.Storage.Overwrite("engine-tally", _key, new Tally { Count = 40 });
        var error = await Should.ThrowAsync<InconsistentStateException>(Grain.AddCarelessly);
        (error.StoredEtag, error.CurrentEtag).ShouldBe(("2", "1"));
    }

    [Fact]
    public async Task After_an_InconsistentStateException_the_grain_reads_again()
    {
        await Grain.Add();
        _engine.Storage.Overwrite("engine-tally", _key, new Tally { Count = 40 });
        await Should.ThrowAsync<InconsistentStateException>(Grain.AddCarelessly);
        (await Grain.Add()).ShouldBe(41);
    }

    [Fact]
    public async Task Records_go_by_state_name_and_key_not_by_class()
    {
        await Grain.Add();
        await Grain.AddAside();
        _engine.Storage.NamesUnder(_key).ShouldBe(["engine-aside", "engine-tally"]);
    }

    [Fact]
    public async Task A_cleared_state_is_fresh_again()
    {
        await Grain.Add();
        await Grain.Clear();
        (await Grain.Count()).ShouldBe(0);
        (await Grain.Record()).Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task A_storage_that_does_not_exist_fails_the_call()
    {
        var error = await Should.ThrowAsync<Exception>(_engine.Get<IHomelessGrain>(_key).Call);
        error.ToString().ShouldContain("nowhere");
    }
}
