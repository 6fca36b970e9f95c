import { date, decimal, enumOf, mapOf, maybe, micros, millis, uuid, type Words } from './schema-words.ts';

/** Events of shops and banks, as public examples for stream processing describe them. By topic. */
export const commerceSchemas: Readonly<Record<string, Words>> = {
  orders: {
    ...{ ordertime: 'long', orderid: 'int', itemid: 'string', orderunits: 'double' },
    address: { city: 'string', state: 'string', zipcode: 'long' },
  },
  transactions: { transaction_id: 'long', card_id: 'long', user_id: 'string', purchase_id: 'long', store_id: 'int' },
  purchases: { id: 'long', item_type: 'string', quantity: 'long', price_per_unit: maybe(decimal(9, 2)) },
  'credit-cards': { card_id: 'long', card_number: 'string', cvv: 'string', expiration_date: 'string' },
  stores: { store_id: 'int', city: 'string', state: 'string' },
  inventory: { id: 'long', quantity: 'int', productid: 'int', warehouse: maybe('string') },
  product: { id: 'string', name: 'string', price: 'float', tags: ['string'], attributes: mapOf('string') },
  'stock-trades': {
    ...{ side: enumOf('Side', 'BUY', 'SELL'), quantity: 'int', symbol: 'string', price: 'int' },
    ...{ account: 'string', userid: 'string' },
  },
  ratings: {
    ...{ rating_id: 'long', user_id: 'int', stars: 'int', route_id: 'int', rating_time: 'long' },
    ...{ channel: 'string', message: maybe('string') },
  },
  'campaign-finance': { time: millis, candidate_id: 'string', party_affiliation: 'string', contribution: 'long' },
  shoes: { id: uuid, brand: 'string', name: 'string', sale_price: 'int', rating: 'double' },
  'shoe-customers': {
    ...{ id: uuid, first_name: 'string', last_name: 'string', email: 'string', phone: 'string' },
    ...{ street_address: 'string', state: 'string', zip_code: 'string', country: 'string', country_code: 'string' },
  },
  'shoe-orders': { order_id: 'int', product_id: uuid, customer_id: uuid, ts: millis },
  'shoe-clickstream': {
    product_id: uuid,
    user_id: uuid,
    view_time: 'int',
    page_url: 'string',
    ip: 'string',
    ts: millis,
  },
  'pizza-orders': {
    ...{ store_id: 'int', store_order_id: 'int', coupon_code: 'int', date, status: 'string' },
    order_lines: [
      {
        ...{ product_id: 'int', category: enumOf('Category', 'pizza', 'salad', 'dessert', 'wings') },
        ...{ quantity: 'int', unit_price: 'double', net_price: 'double' },
      },
    ],
  },
  'pizza-orders-cancelled': { store_id: 'int', store_order_id: 'int', date, status: 'string' },
  'pizza-orders-completed': { store_id: 'int', store_order_id: 'int', date, status: 'string', rack_time_secs: 'int' },
  'insurance-customers': {
    ...{ customer_id: 'int', first_name: 'string', last_name: 'string', email: 'string', gender: 'string' },
    ...{ income: 'int', fico: 'int', years_active: 'int' },
  },
  'insurance-offers': { offer_id: 'int', offer_name: 'string', offer_url: 'string', valid_from: micros },
  'insurance-customer-activity': {
    activity_id: 'int',
    customer_id: 'int',
    propensity_to_churn: 'double',
    ip_address: 'string',
  },
};
