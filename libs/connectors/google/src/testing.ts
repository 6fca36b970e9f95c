export { bigqueryClient } from './bigquery/bigquery-client.ts';
export { objectStore } from './gcs/object-store.ts';
export { prepareBucket } from './gcs/prepare-bucket.ts';
export { storageService } from './gcs/storage-service.ts';
export { testSubscription } from './pubsub/testing/test-subscription.ts';
export { standIn, type StoredFile } from './gcs/testing/read-bucket.ts';
