"""Produces records with confluent-kafka and its Avro serializer, which registers the schemas: a producer that shares no code with Sluice.

Takes one JSON document on standard input: the addresses, and for each topic its schema, the strategy that names its subject, and its records.
For values that JSON lacks see `fastavro_codec.py`. Answers with the number of records that Kafka has acknowledged.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "foreign"))

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import (
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
    topic_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from fastavro_codec import from_json

strategies = {
    "topic": topic_subject_name_strategy,
    "record": record_subject_name_strategy,
    "topic and record": topic_record_subject_name_strategy,
}


def main():
    request = json.load(sys.stdin)
    registry = SchemaRegistryClient({"url": request["registry"]})
    admin = AdminClient({"bootstrap.servers": request["brokers"]})
    names = dict.fromkeys(one["topic"] for one in request["topics"])
    created = admin.create_topics([NewTopic(name, request["partitions"], 1) for name in names])
    for future in created.values():
        future.result(60)
    producer = Producer({"bootstrap.servers": request["brokers"], "compression.type": "lz4"})
    failures = []
    count = 0

    def delivered(error, _message):
        nonlocal count
        if error is not None:
            failures.append(str(error))
        count += 1

    for one in request["topics"]:
        topic = one["topic"]
        references = []
        for reference in one.get("references", []):
            subject = reference["subject"]
            registry.register_schema(subject, Schema(json.dumps(reference["schema"]), "AVRO"))
            references.append(SchemaReference(reference["name"], subject, 1))
        serialize = AvroSerializer(
            registry,
            Schema(json.dumps(one["schema"]), "AVRO", references),
            conf={"subject.name.strategy": strategies[one.get("strategy", "topic")]},
        )
        for record in one["records"]:
            value = serialize(from_json(record["value"]), SerializationContext(topic, MessageField.VALUE))
            producer.produce(topic, value=value, key=record.get("key"), timestamp=record["timestamp"], on_delivery=delivered)
            producer.poll(0)
    producer.flush(60)
    if failures:
        sys.exit(f"{len(failures)} records were not delivered: {failures[0]}")
    json.dump({"produced": count}, sys.stdout)


main()
