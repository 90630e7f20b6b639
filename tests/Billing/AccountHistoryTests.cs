namespace Makerspace.Tests.Billing;
