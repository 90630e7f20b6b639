using Makerspace.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>Journal, read models and accounts. The schema is made by the numbered scripts in Storage/Schema, never by EF.</summary>
public sealed class MakerspaceDb(DbContextOptions<MakerspaceDb> options) : IdentityDbContext<Account, IdentityRole, string>(options)
{
    public DbSet<BookingRow> Bookings => Set<BookingRow>();
    public DbSet<ToolRow> Tools => Set<ToolRow>();
    public DbSet<MemberRow> Members => Set<MemberRow>();
    public DbSet<AreaRow> Areas => Set<AreaRow>();
    public DbSet<BookingToolRow> BookingTools => Set<BookingToolRow>();
    public DbSet<WaitRow> Waits => Set<WaitRow>();
    public DbSet<SeriesRow> Series => Set<SeriesRow>();
    public DbSet<TrainingRow> Trainings => Set<TrainingRow>();
    public DbSet<Makerspace.Events.GuestRow> EventGuests => Set<Makerspace.Events.GuestRow>();
    public DbSet<OfficeHoursRow> OfficeHours => Set<OfficeHoursRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<Access.DeviceRow> Devices => Set<Access.DeviceRow>();
    public DbSet<Access.DeviceUseRow> DeviceUses => Set<Access.DeviceUseRow>();
    public DbSet<Access.BadgeRow> Badges => Set<Access.BadgeRow>();
    public DbSet<Access.PinRow> Pins => Set<Access.PinRow>();
    public DbSet<CertificateRow> Certificates => Set<CertificateRow>();
    public DbSet<LogEntryRow> LogEntries => Set<LogEntryRow>();
    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();
    public DbSet<CompanyRow> Companies => Set<CompanyRow>();
    public DbSet<ResourceRow> Resources => Set<ResourceRow>();
    public DbSet<PolicyVersionRow> PolicyVersions => Set<PolicyVersionRow>();
    public DbSet<Maintenance.ProblemRow> Problems => Set<Maintenance.ProblemRow>();
    public DbSet<Maintenance.PhotoRow> ProblemPhotos => Set<Maintenance.PhotoRow>();
    public DbSet<Maintenance.WorkOrderRow> WorkOrders => Set<Maintenance.WorkOrderRow>();
    public DbSet<Maintenance.UpkeepRow> Upkeep => Set<Maintenance.UpkeepRow>();
    public DbSet<Billing.LedgerEntryRow> LedgerEntries => Set<Billing.LedgerEntryRow>();
    public DbSet<Billing.LedgerLineRow> LedgerLines => Set<Billing.LedgerLineRow>();
    public DbSet<Billing.AccountRow> Accounts => Set<Billing.AccountRow>();
    public DbSet<Billing.ProviderEventRow> ProviderEvents => Set<Billing.ProviderEventRow>();
    public DbSet<Billing.ReconciliationRow> Reconciliations => Set<Billing.ReconciliationRow>();
    public DbSet<Billing.InvitationRow> Invitations => Set<Billing.InvitationRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<Jobs.JobRunRow> JobRuns => Set<Jobs.JobRunRow>();
    public DbSet<Numbers.UnusableTimeRow> UnusableTimes => Set<Numbers.UnusableTimeRow>();
    public DbSet<Numbers.GrantRow> Grants => Set<Numbers.GrantRow>();
    public DbSet<Announcements.AnnouncementRow> Announcements => Set<Announcements.AnnouncementRow>();
    public DbSet<Notices.NoticeRow> Notices => Set<Notices.NoticeRow>();
    public DbSet<Notices.KnownRow> NoticesKnown => Set<Notices.KnownRow>();
    public DbSet<Notices.NoticeSettingsRow> NoticeSettings => Set<Notices.NoticeSettingsRow>();
    public DbSet<Notices.BounceRow> Bounces => Set<Notices.BounceRow>();
    public DbSet<Calendars.CalendarFeedRow> CalendarFeeds => Set<Calendars.CalendarFeedRow>();
    public DbSet<Calendars.MentorCalendarRow> MentorCalendars => Set<Calendars.MentorCalendarRow>();
    public DbSet<JournalRow> Journal => Set<JournalRow>();
    public DbSet<ProjectionRow> Projections => Set<ProjectionRow>();
    public DbSet<TokenRow> AccessTokens => Set<TokenRow>();
    public DbSet<MailRow> Mail => Set<MailRow>();
    public DbSet<KeyRow> DataProtectionKeys => Set<KeyRow>();

    /// <summary>With passkeys.</summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<Instant>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<BookingRow>(Booking);
        builder.Entity<ToolRow>(row => Named(row, "tools"));
        builder.Entity<MemberRow>(row => Named(row, "members"));
        builder.Entity<AreaRow>(row => Named(row, "areas"));
        builder.Entity<BookingToolRow>(row => Named(row, "booking_tools").HasKey(r => new { r.ToolId, r.BookingId }));
        builder.Entity<WaitRow>(Wait);
        builder.Entity<SeriesRow>(row => Named(row, "series"));
        builder.Entity<TrainingRow>(row => Named(row, "trainings").Property(r => r.Start).HasColumnName("start_at"));
        builder.Entity<SessionRow>(row => Named(row, "sessions"));
        builder.Entity<Makerspace.Events.GuestRow>(row => Named(row, "event_guests"));
        builder.Entity<OfficeHoursRow>(row => Named(row, "office_hours"));
        builder.Entity<EventRow>(row => Named(row, "events").Property(r => r.Start).HasColumnName("start_at"));
        builder.Entity<Access.DeviceRow>(row => Named(row, "devices").Property(r => r.Kind).HasConversion<string>());
        builder.Entity<Access.DeviceUseRow>(row => Named(row, "device_uses"));
        builder.Entity<Access.BadgeRow>(row => Named(row, "badges"));
        builder.Entity<Access.PinRow>(row => Named(row, "pins").HasKey(r => r.MemberId));
        builder.Entity<CertificateRow>(Certificate);
        builder.Entity<LogEntryRow>(LogEntry);
        builder.Entity<SigningKeyRow>(row => Named(row, "signing_keys"));
        builder.Entity<CompanyRow>(row => Named(row, "companies"));
        builder.Entity<ResourceRow>(row => Named(row, "resources"));
        builder.Entity<PolicyVersionRow>(row => Named(row, "policy_versions").HasKey(r => new { r.Level, r.ThingId, r.Seq }));
        builder.Entity<Maintenance.ProblemRow>(row => Named(row, "problems").Property(r => r.State).HasConversion<string>());
        builder.Entity<Maintenance.PhotoRow>(row => Named(row, "problem_photos"));
        builder.Entity<Maintenance.WorkOrderRow>(WorkOrder);
        builder.Entity<Maintenance.UpkeepRow>(row => Named(row, "upkeep"));
        builder.Entity<Billing.LedgerEntryRow>(row => Named(row, "ledger_entries").Property(r => r.Kind).HasConversion<string>());
        builder.Entity<Billing.LedgerLineRow>(row => Named(row, "ledger_lines").HasKey(r => new { r.EntryId, r.Line }));
        builder.Entity<Billing.AccountRow>(row => Named(row, "accounts").Property(r => r.Standing).HasConversion<string>());
        builder.Entity<Billing.ProviderEventRow>(row => Named(row, "provider_events").Property(r => r.State).HasConversion<string>());
        builder.Entity<Billing.ReconciliationRow>(row => Named(row, "reconciliations"));
        builder.Entity<Billing.InvitationRow>(row => Named(row, "invitations").Property(r => r.Role).HasConversion<string>());
        builder.Entity<Jobs.JobRunRow>(row => Named(row, "job_runs"));
        builder.Entity<Numbers.UnusableTimeRow>(UnusableTime);
        builder.Entity<Numbers.GrantRow>(row => Named(row, "grants").HasKey(r => r.Seq));
        builder.Entity<Announcements.AnnouncementRow>(row => Named(row, "announcements"));
        builder.Entity<Notices.NoticeRow>(Notice);
        builder.Entity<Notices.KnownRow>(Known);
        builder.Entity<Notices.NoticeSettingsRow>(row => Named(row, "notice_settings").HasKey(r => r.MemberId));
        builder.Entity<Notices.BounceRow>(row => Named(row, "bounces").HasKey(r => r.Address));
        builder.Entity<Calendars.CalendarFeedRow>(row => Named(row, "calendar_feeds").Property(r => r.Kind).HasConversion<string>());
        builder.Entity<Calendars.MentorCalendarRow>(row => Named(row, "mentor_calendars").HasKey(r => r.MemberId));
        builder.Entity<ProjectionRow>(row => Named(row, "projections").HasKey(r => r.Name));
        builder.Entity<JournalRow>(row => Named(row, "journal").HasKey(r => r.Seq));
        builder.Entity<TokenRow>(row => Named(row, "access_tokens"));
        builder.Entity<MailRow>(row => Named(row, "mail").Property(r => r.To).HasColumnName("recipient"));
        builder.Entity<KeyRow>(row => Named(row, "data_protection_keys"));
    }

    private void Booking(EntityTypeBuilder<BookingRow> row)
    {
        Named(row, "bookings");
        row.Property(r => r.State).HasConversion<string>();
        row.Property(r => r.Start).HasColumnName("start_at");
        row.Property(r => r.End).HasColumnName("end_at");
    }

    private void Notice(EntityTypeBuilder<Notices.NoticeRow> row)
    {
        Named(row, "notices");
        row.Property(r => r.Kind).HasConversion<string>();
        row.Property(r => r.State).HasConversion<string>();
    }

    private void Known(EntityTypeBuilder<Notices.KnownRow> row)
    {
        Named(row, "notice_known").HasKey(r => new { r.About, r.MemberId });
        row.Property(r => r.Stage).HasConversion<string>();
        row.Ignore(r => r.Appointment);
    }

    private void UnusableTime(EntityTypeBuilder<Numbers.UnusableTimeRow> row)
    {
        Named(row, "unusable_times").HasKey(r => new { r.Thing, r.Id });
        row.Property(r => r.Kind).HasConversion<string>();
        row.Property(r => r.Start).HasColumnName("start_at");
        row.Property(r => r.End).HasColumnName("end_at");
    }

    private void WorkOrder(EntityTypeBuilder<Maintenance.WorkOrderRow> row)
    {
        Named(row, "work_orders");
        row.Property(r => r.State).HasConversion<string>();
        row.Property(r => r.Target).HasConversion<string>();
    }

    private void Wait(EntityTypeBuilder<WaitRow> row)
    {
        Named(row, "waits");
        row.Property(r => r.State).HasConversion<string>();
        row.Property(r => r.Start).HasColumnName("start_at");
    }

    private void Certificate(EntityTypeBuilder<CertificateRow> row)
    {
        Named(row, "certificates");
        row.Property(r => r.From).HasColumnName("from_at");
        row.Property(r => r.Until).HasColumnName("until_at");
    }

    private void LogEntry(EntityTypeBuilder<LogEntryRow> row)
    {
        Named(row, "log_entries");
        row.Property(r => r.State).HasConversion<string>();
        row.Property(r => r.Start).HasColumnName("start_at");
    }

    /// <summary>Columns in snake case, as the scripts have them; JSON where the database knows it.</summary>
    private EntityTypeBuilder<T> Named<T>(EntityTypeBuilder<T> row, string table) where T : class
    {
        row.ToTable(table);
        foreach (var property in row.Metadata.GetProperties())
        {
            property.SetColumnName(SnakeCase(property.Name));
            if (property.Name == "Data" && Database.IsNpgsql()) property.SetColumnType("jsonb");
        }
        return row;
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private sealed class UnixMilliseconds() : ValueConverter<Instant, long>(
        instant => instant.ToUnixTimeMilliseconds(), stored => Instant.FromUnixTimeMilliseconds(stored));
}

/// <summary>Common questions, in the form that the indexes serve.</summary>
public static class BookingQueries
{
    /// <summary>Those that occupy their slot.</summary>
    public static IQueryable<BookingRow> Live(this IQueryable<BookingRow> bookings) =>
        bookings.Where(b => b.Live);

    /// <summary>Those of a tool, also as one of a bundle.</summary>
    public static IQueryable<BookingRow> OfTool(this MakerspaceDb db, string toolId) => db.Bookings.AsNoTracking().Where(b => b.ToolId == toolId)
        .Union(db.Bookings.AsNoTracking().Where(b => db.BookingTools.Where(t => t.ToolId == toolId).Select(t => t.BookingId).Contains(b.Id)));

    /// <summary>Those that share an instant with [from, to).</summary>
    public static IQueryable<BookingRow> Within(this IQueryable<BookingRow> bookings, Instant from, Instant to) =>
        bookings.Where(b => b.End > from && b.Start < to);
}
