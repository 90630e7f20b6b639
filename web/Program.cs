using Makerspace.Web.Hosting;

return await WebServer.Run(ServerOptions.Parse(args));
