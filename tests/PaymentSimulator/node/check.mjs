// Drives the payment simulator with the provider's official Node client: an independent check that it speaks the API that clients expect.
// Environment: SIMULATOR (its address), RECEIVED (address that lists the webhooks received), SECRET (the webhook secret), NOW (Unix seconds of its clock).
import assert from 'node:assert/strict';
import Stripe from 'stripe';

const address = new URL(process.env.SIMULATOR);
const now = Number(process.env.NOW);
const stripe = new Stripe('sk_test_simulator', {
  host: address.hostname, port: address.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false,
});

const checks = {
  async 'customers and their cards'() {
    const customer = await stripe.customers.create({ name: 'Ada', email: 'node@example.org', metadata: { a: '1', b: '2' } });
    assert.match(customer.id, /^cus_/);
    assert.equal(customer.lastResponse.statusCode, 200);
    assert.match(customer.lastResponse.requestId, /^req_/);
    const updated = await stripe.customers.update(customer.id, { metadata: { a: '', c: '3' } });
    assert.deepEqual(updated.metadata, { b: '2', c: '3' });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    assert.equal(card.card.last4, '4242');
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
    const expanded = await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] });
    assert.equal(expanded.invoice_settings.default_payment_method.id, card.id);
    await assert.rejects(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }), { type: 'StripeCardError', code: 'card_declined' });
    const deleted = await stripe.customers.del(customer.id);
    assert.equal(deleted.deleted, true);
  },

  async 'payments, captures and refunds'() {
    const customer = await payer();
    const intent = await stripe.paymentIntents.create({
      amount: 2000, currency: 'eur', customer: customer.id, payment_method: customer.invoice_settings.default_payment_method, off_session: true, confirm: true, capture_method: 'manual',
    });
    assert.equal(intent.status, 'requires_capture');
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500 }, { idempotencyKey: 'node-capture' });
    assert.equal(captured.amount_received, 1500);
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
    assert.equal(refund.status, 'succeeded');
    await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 1001 }), { type: 'StripeInvalidRequestError', param: 'amount' });
    const whole = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge.balance_transaction'] });
    assert.equal(whole.latest_charge.balance_transaction.net, 1500);
  },

  async 'idempotency'() {
    const body = { amount: 900, currency: 'eur', payment_method: 'pm_card_visa', confirm: true };
    const first = await stripe.paymentIntents.create(body, { idempotencyKey: 'node-1' });
    const again = await stripe.paymentIntents.create(body, { idempotencyKey: 'node-1' });
    assert.equal(again.id, first.id);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    await assert.rejects(stripe.paymentIntents.create({ ...body, amount: 901 }, { idempotencyKey: 'node-1' }), { type: 'StripeIdempotencyError' });
  },

  async 'errors'() {
    const declined = await refusal(stripe.paymentIntents.create({ amount: 900, currency: 'eur', payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds', confirm: true }));
    assert.equal(declined.type, 'StripeCardError');
    assert.equal(declined.decline_code, 'insufficient_funds');
    assert.equal(declined.payment_intent.status, 'requires_payment_method');
    const missing = await refusal(stripe.paymentIntents.retrieve('pi_none'));
    assert.equal(missing.statusCode, 404);
    assert.equal(missing.code, 'resource_missing');
    const unknown = await refusal(stripe.customers.create({ colour: 'red' }));
    assert.equal(unknown.code, 'parameter_unknown');
    assert.equal((await refusal(new Stripe('sk_live_x', { host: address.hostname, port: address.port, protocol: 'http' }).customers.list())).type, 'StripeAuthenticationError');
  },

  async 'pagination'() {
    const product = await stripe.products.create({ name: 'Pages' });
    for (let i = 0; i < 5; i++) await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 100 + i });
    const amounts = [];
    for await (const price of stripe.prices.list({ product: product.id, limit: 2 })) amounts.push(price.unit_amount);
    assert.deepEqual(amounts, [104, 103, 102, 101, 100]);
  },

  async 'checkout'() {
    const session = await stripe.checkout.sessions.create({
      mode: 'payment', success_url: 'https://space.example/back?session={CHECKOUT_SESSION_ID}',
      line_items: [{ quantity: 2, price_data: { currency: 'eur', unit_amount: 1500, product_data: { name: 'Pack' } } }], payment_intent_data: { metadata: { purchase: 'p' } },
    });
    assert.match(session.id, /^cs_test_/);
    const paid = await fetch(session.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ada' }) });
    assert.equal(paid.headers.get('location'), `https://space.example/back?session=${session.id}`);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items', 'payment_intent'] });
    assert.equal(done.payment_status, 'paid');
    assert.equal(done.payment_intent.amount_received, 3000);
    assert.equal(done.line_items.data[0].quantity, 2);
  },

  async 'subscriptions and the proration of an upgrade'() {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now });
    const customer = await payer(clock.id);
    const [small, large] = [await monthly(3000), await monthly(9000)];
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }], expand: ['latest_invoice.payments'] });
    assert.equal(subscription.status, 'active');
    assert.equal(subscription.latest_invoice.payments.data[0].status, 'paid');
    const { current_period_start: start, current_period_end: end } = subscription.items.data[0];
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: start + (end - start) / 2 });
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0].id, price: large.id }], proration_behavior: 'always_invoice', expand: ['latest_invoice'],
    });
    assert.equal(changed.latest_invoice.total, 3000);
    assert.deepEqual(changed.latest_invoice.lines.data.map(line => line.amount), [-1500, 4500]);
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: end + 7200 });
    const invoices = await stripe.invoices.list({ subscription: subscription.id });
    assert.deepEqual(invoices.data.map(i => [i.billing_reason, i.status, i.amount_paid]), [['subscription_cycle', 'paid', 9000], ['subscription_update', 'paid', 3000], ['subscription_create', 'paid', 3000]]);
    assert.equal((await stripe.subscriptions.cancel(subscription.id)).status, 'canceled');
  },

  async 'webhooks'() {
    const received = await (await fetch(process.env.RECEIVED)).json();
    const events = received.map(({ body, signature }) => stripe.webhooks.constructEvent(body, signature, process.env.SECRET, 1e12));
    const types = new Set(events.map(e => e.type));
    for (const type of ['customer.created', 'charge.captured', 'charge.refunded', 'checkout.session.completed', 'customer.subscription.updated', 'invoice.paid', 'customer.subscription.deleted']) assert.ok(types.has(type), type);
    assert.equal(events[0].api_version, Stripe.API_VERSION ?? events[0].api_version);
    assert.throws(() => stripe.webhooks.constructEvent(received[0].body + ' ', received[0].signature, process.env.SECRET, 1e12), { type: 'StripeSignatureVerificationError' });
    const told = await stripe.events.retrieve(events[0].id);
    assert.equal(told.type, events[0].type);
  },
};

async function payer(clock) {
  const customer = await stripe.customers.create({ email: 'node@example.org', ...(clock ? { test_clock: clock } : {}) });
  const card = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
}

async function monthly(amount) {
  return stripe.prices.create({ currency: 'eur', unit_amount: amount, recurring: { interval: 'month' }, product_data: { name: `Plan ${amount}` } });
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
}

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    console.error(`not ok ${name}\n${error.stack}`);
    process.exitCode = 1;
  }
}
