// Prints the layouts of the records of __consumer_offsets, __transaction_state and __share_group_state as JSON, from
// Kafka's own generated classes: java -cp 'LIB/*' scripts/CoordinatorSchemas.java >
// clusters/formats/coordinator_records.json
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

public class CoordinatorSchemas {
    static final String PACKAGE = "org.apache.kafka.coordinator.";
    static final Map<String, String> TOPICS = new TreeMap<>(Map.of(
        "group", "__consumer_offsets", "transaction", "__transaction_state", "share", "__share_group_state"));

    public static void main(String[] args) throws Exception {
        List<String> topics = new ArrayList<>();
        for (Map.Entry<String, String> coordinator : TOPICS.entrySet()) {
            String generated = PACKAGE + coordinator.getKey() + ".generated.";
            List<String> kinds = new ArrayList<>();
            for (Object kind : Class.forName(generated + "CoordinatorRecordType").getEnumConstants()) {
                short id = (short) kind.getClass().getMethod("id").invoke(kind);
                String name = camel(((Enum<?>) kind).name());
                kinds.add("\"" + id + "\": {\"name\": \"" + name + "\",\n   \"key\": " + versions(generated + name + "Key")
                    + ",\n   \"value\": " + versions(generated + name + "Value") + "}");
            }
            topics.add("\"" + coordinator.getValue() + "\": {\n  " + String.join(",\n  ", kinds) + "}");
        }
        System.out.println("{\n " + String.join(",\n ", topics) + "\n}");
    }

    static String camel(String name) {
        StringBuilder text = new StringBuilder();
        for (String word : name.split("_")) text.append(word.charAt(0)).append(word.substring(1).toLowerCase());
        return text.toString();
    }

    static String versions(String className) throws Exception {
        List<String> versions = new ArrayList<>();
        for (Field field : Class.forName(className).getFields()) {
            if (field.getName().matches("SCHEMA_\\d+"))
                versions.add("\"" + field.getName().substring(7) + "\": " + struct((Schema) field.get(null)));
        }
        return "{" + String.join(",\n    ", versions) + "}";
    }

    static String struct(Schema schema) {
        List<String> fields = new ArrayList<>();
        for (BoundField field : schema.fields())
            fields.add("[\"" + field.def.name + "\", " + type(field.def.type) + "]");
        return "[" + String.join(", ", fields) + "]";
    }

    static String type(Type type) {
        if (type instanceof TaggedFields) {
            List<String> tags = new ArrayList<>();
            for (Map.Entry<Integer, org.apache.kafka.common.protocol.types.Field> tag : ((TaggedFields) type).fields().entrySet())
                tags.add("\"" + tag.getKey() + "\": [\"" + tag.getValue().name + "\", " + type(tag.getValue().type) + "]");
            return "{\"tagged\": {" + String.join(", ", tags) + "}}";
        }
        if (type instanceof CompactArrayOf) return "{\"compact_array\": " + type(((CompactArrayOf) type).arrayElementType().get()) + "}";
        if (type instanceof ArrayOf) return "{\"array\": " + type(((ArrayOf) type).arrayElementType().get()) + "}";
        if (type instanceof Schema && type.isNullable()) return "{\"nullable_struct\": " + struct((Schema) type) + "}";
        if (type instanceof Schema) return "{\"struct\": " + struct((Schema) type) + "}";
        return "\"" + type.toString().toLowerCase() + "\"";
    }
}
