using Makerspace.Web.CommandLine;

return await MakerspaceCommand.Run(args);
