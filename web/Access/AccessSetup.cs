using Makerspace.Web.Signing;

namespace Makerspace.Web.Access;

/// <summary>Devices, badges and who is in.</summary>
internal static class AccessSetup
{
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SigningKeys>().AddSingleton<PermitSigner>().AddSingleton<BadgeDesk>().AddSingleton<OccupancyDesk>().AddSingleton<SwitchWords>().AddSingleton<DeviceProtocol>().AddSingleton<Kiosk>();
        services.AddScoped<DeviceDesk>();
        services.AddSingleton<MqttBroker>();
        services.AddHostedService(provider => provider.GetRequiredService<MqttBroker>());
    }
}
