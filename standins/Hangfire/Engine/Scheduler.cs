using Quartz;

namespace Hangfire.Engine;

/// <summary>A storage's Quartz scheduler. Jobs can be put into it before it runs, and when it is stopped.</summary>
internal sealed class Scheduler(Action<IQuartzBuilder> configure) : IDisposable
{
    private const string Group = "hangfire";
    private const string RecurringGroup = "hangfire-recurring";
    private readonly Lazy<IScheduler> quartz = new(() => Done(QuartzSchedulerBuilder.Create(builder =>
    {
        builder.UseDefaultThreadPool(50);
        configure(builder);
    }).BuildScheduler().AsTask()));

    private IScheduler Quartz => quartz.Value;

    public async Task Start(Worker worker)
    {
        worker.Scheduler = this;
        Quartz.Context[nameof(Worker)] = worker;
        await Quartz.Start();
    }

    public async Task Stop(Worker worker)
    {
        await worker.Stop();
        await Quartz.Shutdown(waitForJobsToComplete: true);
    }

    public string Create(Invocation call, TimeSpan delay, int attempt = 0, string? id = null)
    {
        id ??= Guid.NewGuid().ToString();
        var job = JobBuilder.Create<BackgroundJob>().WithIdentity(id, Group).RequestRecovery()
            .UsingJobData(BackgroundJob.Call, call.Text()).UsingJobData(BackgroundJob.Attempt, attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)).Build();
        var trigger = TriggerBuilder.Create().WithIdentity($"{id}-{Guid.NewGuid():N}", Group).StartAt(TimeProvider.System.GetUtcNow() + delay).ForJob(job)
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow)).Build();
        Done(Quartz.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }).AsTask());
        return id;
    }

    public void AddOrUpdate(string id, Invocation call, string cron)
    {
        var fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var job = JobBuilder.Create<RecurringJob>().WithIdentity(id, RecurringGroup).StoreDurably().UsingJobData(BackgroundJob.Call, call.Text()).Build();
        var schedule = CronScheduleBuilder.Create(CronTexts.Quartz(fields)).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed);
        var trigger = TriggerBuilder.Create().WithIdentity(id, RecurringGroup).ForJob(job).WithSchedule(schedule).Build();
        Done(Quartz.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }).AsTask());
    }

    public void Trigger(string id)
    {
        var key = new JobKey(id, RecurringGroup);
        if (Done(Quartz.Exists(key).AsTask())) Done(Quartz.TriggerJob(key).AsTask());
    }

    public void RemoveIfExists(string id) => Done(Quartz.DeleteJob(new JobKey(id, RecurringGroup)).AsTask());

    // The real API is synchronous; nothing of ours runs on a single thread that this could block for good.
    private static T Done<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();

    private static void Done(Task task) => Task.Run(() => task).GetAwaiter().GetResult();

    public void Dispose()
    {
        if (quartz.IsValueCreated) Done(Quartz.Shutdown().AsTask());
    }
}

/// <summary>Timetables as Quartz reads them.</summary>
internal static class CronTexts
{
    /// <summary>Seconds first; of day of month and day of week, one is left open; days of the week by name, because the two count them differently.</summary>
    public static string Quartz(string[] fields)
    {
        string[] all = fields.Length == 5 ? ["0", .. fields] : fields;
        if (all.Length != 6) throw new FormatException("A timetable has five fields, or six with seconds.");
        if (all[5] == "*") all[5] = "?";
        else if (all[3] == "*") (all[3], all[5]) = ("?", Named(all[5]));
        return string.Join(' ', all);
    }

    private static string Named(string days) => string.Concat(days.Select(c => c is >= '0' and <= '7' ? Days[c - '0'] : c.ToString()));

    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
}
