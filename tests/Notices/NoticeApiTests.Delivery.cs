using System.Net;
using Makerspace.Accounts;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Notices;

/// <content>What keeps whose messages back, events, and digests.</content>
public partial class NoticeApiTests
{
    [Fact]
    public async Task A16_A_notice_that_cannot_be_put_into_words_keeps_nobody_elses_back()
    {
        await NoticeLab.Booked(lab.Ben, "saw", "2027-03-04T10:00:00+01:00", "2027-03-04T11:00:00+01:00");
        await lab.Now();
        var services = lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>();
        var due = Instant.FromUtc(2027, 3, 3, 9, 0);
        await using (var db = await services.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            foreach (var data in new[] { "{}", "[]", """{"now": {}}""" })
                db.Notices.Add(new NoticeRow { Id = Guid.NewGuid(), About = "booking-" + Guid.NewGuid().ToString("N"), MemberId = "ben", DueAt = due, LastAt = due + Duration.FromHours(6), Data = data });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await lab.At("2027-03-03T10:00:30+01:00");
        lab.Got("ben", "Reminder: Saw, Thu 4 Mar").ShouldHaveSingleItem();
        await using var after = await services.CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await after.Notices.CountAsync(n => n.State == NoticeState.Broken, TestContext.Current.CancellationToken)).ShouldBe(3);
    }

    [Fact]
    public async Task A17_A_slow_address_of_the_web_keeps_no_mail_back_and_a_broken_one_is_asked_once_in_a_run()
    {
        var services = lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>();
        var now = Instant.FromDateTimeOffset(lab.Server.Clock.GetUtcNow());
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", $$"""{"webhookUrl": "{{lab.Listening}}slow"}"""));
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", $$"""{"webhookUrl": "{{lab.Listening}}broken"}"""));
        await using (var db = await services.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            foreach (var path in new[] { "slow", "broken", "broken", "broken" })
                db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = now - Duration.FromMinutes(2), To = lab.Listening + path, Channel = "webhook", MemberId = path == "slow" ? "ada" : "ben", Text = "{}" });
            db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = now - Duration.FromMinutes(1), To = "patient@example.org", Subject = "Not kept back", Text = "Line" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var run = lab.Now();
        while (lab.Mail.To("patient@example.org").Count == 0 && !run.IsCompleted) await Task.Delay(20, TestContext.Current.CancellationToken);
        lab.Slow.SetResult();
        await run;
        await using var after = await services.CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await after.Mail.SingleAsync(m => m.To == lab.Listening + "slow", TestContext.Current.CancellationToken)).ShouldSatisfyAllConditions(m => m.SentAt.ShouldNotBeNull(), m => m.Attempts.ShouldBe(0));
        lab.Posted.Count(p => p.Path == "/broken").ShouldBe(1);
        var broken = await after.Mail.Where(m => m.To == lab.Listening + "broken").Select(m => new { m.Attempts, m.NextAt }).ToListAsync(TestContext.Current.CancellationToken);
        broken.Select(m => m.Attempts).Order().ShouldBe([0, 0, 1]);
        broken.ShouldAllBe(m => m.NextAt > now);
        await after.Mail.Where(m => m.To == lab.Listening + "broken").ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        foreach (var who in new[] { lab.Ada, lab.Ben }) await NoticeLab.Done(await NoticeLab.Put(who, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A18_Events_have_leads_and_opt_outs_of_their_own_and_their_host_is_told_what_others_do()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", """{"trainingLeads": ["PT24H"], "eventLeads": ["PT3H"], "channels": {"TrainingReminder": []} }"""));
        var id = await Event("Weaving", "2027-03-10T10:00:00+01:00", "2027-03-10T12:00:00+01:00");
        await NoticeLab.Done(await lab.Ada.Post($"/api/v1/events/{id}/seats", "{}"));
        await lab.At("2027-03-10T06:59:00+01:00");
        lab.Got("ben", "You give: Weaving").ShouldHaveSingleItem().TextBody.ShouldContain("Weaving is planned, and you give it: Wed 10 Mar, 10:00–12:00.");
        lab.Got("ada", "Weaving").ShouldBeEmpty();
        await lab.At("2027-03-10T07:01:00+01:00");
        var mail = lab.Got("ada", "Reminder: Weaving").ShouldHaveSingleItem();
        using (var posted = await lab.Server.Anonymous().PostAsync(Path(mail.Header("List-Unsubscribe").Trim('<', '>')), null)) posted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var settings = await lab.Ada.Json("/api/v1/notices/settings");
        (settings["channels"]!["EventReminder"]!.ToJsonString(), settings["channels"]!["EventChange"]!.ToJsonString(), settings["eventLeads"]!.AsArray().Count).ShouldBe(("[]", "[\"Mail\"]", 1));
        (await lab.Ada.GetStringAsync("/me/notices", TestContext.Current.CancellationToken)).ShouldSatisfyAllConditions(p => p.ShouldContain("Before an event"), p => p.ShouldContain("way-EventReminder"));

        await Event("Weaving", "2027-03-10T10:00:00+01:00", "2027-03-10T12:00:00+01:00", id, """ "cancelled": true, "reason": "No wool", """);
        await lab.Now();
        lab.Got("ben", "Cancelled: Weaving").ShouldHaveSingleItem().TextBody.ShouldContain("No wool");
        lab.Got("ada", "Called off: Weaving").ShouldHaveSingleItem();
        lab.Got("ada", "Cancelled: Weaving").ShouldBeEmpty();
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A19_A_change_says_all_that_changed_and_a_guest_is_told_of_a_move_once()
    {
        foreach (var area in new[] { "hall", "loft" }) await NoticeLab.Done(await lab.Staff.Post("/api/v1/areas", $$"""{"id": "{{area}}", "name": "The {{area}}"}"""));
        var id = await Event("Spinning", "2027-03-17T10:00:00+01:00", "2027-03-17T12:00:00+01:00", more: """ "areaId": "hall", "public": true, """);
        await NoticeLab.Done(await lab.Staff.Post($"/api/v1/events/{id}/seats", """{"memberId": "ada"}"""));
        await NoticeLab.Done(await lab.Server.Anonymous().Post($"/api/v1/events/{id}/guests", """{"name": "Eve", "email": "eve@example.org"}"""));
        await lab.Now();
        lab.Got("ada", "Booked for you: Spinning").ShouldHaveSingleItem();
        var link = lab.Got("eve", "Confirm your seat").ShouldHaveSingleItem().TextBody;
        link.ShouldStartWith("Hello,", customMessage: "whoever asks types the name");
        var token = link[(link.IndexOf("token=", StringComparison.Ordinal) + "token=".Length)..].Split('\n', '\r')[0];
        await NoticeLab.Done(await lab.Server.Anonymous().Post("/api/v1/events/guests/" + token, ""));
        await Event("Spinning", "2027-03-18T10:00:00+01:00", "2027-03-18T12:00:00+01:00", id, """ "areaId": "loft", "public": true, """);
        await lab.Now();
        lab.Got("ada", "Moved: Spinning").ShouldHaveSingleItem().TextBody.ShouldSatisfyAllConditions(
            t => t.ShouldContain("Thu 18 Mar, 10:00–12:00 instead of Wed 17 Mar, 10:00–12:00"), t => t.ShouldContain("is somewhere else now: The loft."));
        lab.Got("eve", "Moved: Spinning").ShouldHaveSingleItem().TextBody.ShouldContain("not on Wed 17 Mar, 10:00–12:00 but on Thu 18 Mar, 10:00–12:00");
        await Event("Spinning", "2027-03-18T10:00:00+01:00", "2027-03-18T12:00:00+01:00", id, """ "areaId": "hall", "public": true, """);
        await lab.At("2027-03-17T10:01:00+01:00");
        lab.Got("ada", "Changed: Spinning").ShouldHaveSingleItem().TextBody.ShouldContain("is somewhere else now: The hall.");
        lab.Got("eve", "Moved: Spinning").Count.ShouldBe(1);
        lab.Got("eve", "Tomorrow: Spinning").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A20_One_click_in_a_digest_takes_off_all_that_came_in_it_and_its_address_can_be_opened_too()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", """{"digestAt": "08:00"}"""));
        await NoticeLab.Booked(lab.Ben, "laser", "2027-03-24T09:00:00+01:00", "2027-03-24T10:00:00+01:00");
        await Event("Dyeing", "2027-03-24T14:00:00+01:00", "2027-03-24T15:00:00+01:00");
        await lab.At("2027-03-23T08:01:00+01:00");
        var digest = lab.Got("ben", "What is ahead").Single(m => m.TextBody.Contains("Dyeing", StringComparison.Ordinal));
        var oneClick = Path(digest.Header("List-Unsubscribe").Trim('<', '>'));
        using (var opened = await lab.Server.Anonymous().GetAsync(oneClick))
        {
            opened.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            (await lab.Server.Anonymous().GetStringAsync(Path(opened.Headers.Location!.ToString()))).ShouldContain("Reminders of bookings, Reminders of events");
        }
        using (var posted = await lab.Server.Anonymous().PostAsync(oneClick, null)) posted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var ways = (await lab.Ben.Json("/api/v1/notices/settings"))["channels"]!;
        (ways["BookingReminder"]!.ToJsonString(), ways["EventReminder"]!.ToJsonString(), ways["TrainingReminder"]!.ToJsonString()).ShouldBe(("[]", "[]", "[\"Mail\"]"));
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A21_A_message_that_the_mail_server_cannot_take_keeps_no_other_back()
    {
        lab.Mail.Poisoned["breaks@example.org"] = true;
        string[] to = ["breaks@example.org", "jörg@example.org", "no address at all", "good-1@example.org", "good-2@example.org"];
        await Outbox(db =>
        {
            foreach (var (i, address) in to.Index())
                db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = Now() - Duration.FromSeconds(60 - i), To = address, Subject = "Poison", Text = "Line" });
        });
        using (await lab.Ada.Post("/dev/clock", """{"advance": "PT0S"}""")) { }   // ends in a failure of the job, which tries again
        await NoticeLab.Done(await lab.Ada.Post("/dev/clock", """{"advance": "PT30S"}"""));
        foreach (var address in to[3..]) lab.Mail.To(address).ShouldHaveSingleItem();
        lab.Mail.Poisoned.Clear();
        await lab.At("2027-03-25T10:00:00+01:00");
        lab.Mail.To("breaks@example.org").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A22_A_program_that_does_not_answer_is_asked_once_a_run_after_the_mail_and_nothing_goes_to_an_address_that_was_taken_back()
    {
        // Nobody listens there.
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", """{"webhookUrl": "http://127.0.0.1:9/hook"}"""));
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", $$"""{"webhookUrl": "{{lab.Listening}}late"}"""));
        var (first, second, third, fourth) = (Web("ada", "http://127.0.0.1:9/hook", 4), Web("ada", "http://127.0.0.1:9/hook", 3), Web("ben", $"{lab.Listening}late", 2), Web("ben", $"{lab.Listening}earlier", 1));
        await Outbox(db =>
        {
            db.Mail.AddRange(first, second, third, fourth);
            db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = Now(), To = "after@example.org", Subject = "First", Text = "Line" });
        });
        var before = -1;
        lab.Posting = () => before = lab.Mail.To("after@example.org").Count;
        await lab.Now();
        lab.Posting = null;
        before.ShouldBe(1, "mail goes first");
        var rows = new Dictionary<Guid, MailRow>();
        await Outbox(db => rows = db.Mail.AsNoTracking().Where(m => m.Subject == "Web").ToDictionary(m => m.Id));
        (rows[first.Id].Attempts, rows[second.Id].Attempts, rows[second.Id].NextAt is null).ShouldBe((1, 0, false));
        (rows[third.Id].SentAt is null, rows[fourth.Id].Outcome).ShouldBe((false, "changed"));
        lab.Posted.ShouldNotContain(p => p.Path == "/earlier");
        foreach (var who in new[] { lab.Ada, lab.Ben }) await NoticeLab.Done(await NoticeLab.Put(who, "/api/v1/notices/settings", "{}"));

        MailRow Web(string member, string to, int ago) => new() { Id = Guid.NewGuid(), At = Now() - Duration.FromSeconds(ago), Channel = "webhook", MemberId = member, To = to, Subject = "Web", Text = "{}" };
    }
}
