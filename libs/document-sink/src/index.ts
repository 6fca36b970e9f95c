export { documentSink, type DocumentSinkOptions } from './document-sink.ts';
export { errorObject, type ClusterAnswer, type ClusterRequest, type DocumentCluster, type Remedy } from './cluster.ts';
export { connectionProblem } from './connection-problem.ts';
export { bulkRequests } from './bulk/bulk-requests.ts';
export { bulkVerdict, type BulkItem } from './bulk/bulk-verdict.ts';
export { BulkAnswers } from './bulk/bulk-answers.ts';
export { errorReason } from './bulk/error-reason.ts';
export { prepareIndices, type IndexOptions } from './indices/prepare-indices.ts';
export { refusalText } from './indices/refusal-text.ts';
