namespace Makerspace.Billing;
