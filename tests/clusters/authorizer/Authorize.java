// Asks Kafka's own StandardAuthorizer: a line of JSON with ACLs and questions in, a line with its decisions out.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

public class Authorize {
    record Client(KafkaPrincipal principal, InetAddress clientAddress) implements AuthorizableRequestContext {
        public String listenerName() { return "CLIENT"; }
        public SecurityProtocol securityProtocol() { return SecurityProtocol.SASL_SSL; }
        public int requestType() { return 0; }
        public int requestVersion() { return 0; }
        public String clientId() { return ""; }
        public int correlationId() { return 0; }
    }

    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.println(json.writeValueAsString(decisions(json.readTree(line))));
        }
    }

    static List<List<Object>> decisions(JsonNode request) throws Exception {
        try (StandardAuthorizer authorizer = authorizer(request)) {
            List<List<Object>> decisions = new ArrayList<>();
            for (JsonNode question : request.get("questions")) {
                decisions.add(decision(authorizer, question));
            }
            return decisions;
        }
    }

    static StandardAuthorizer authorizer(JsonNode request) {
        StandardAuthorizer authorizer = new StandardAuthorizer();
        authorizer.configure(Map.of(
            "node.id", "1",
            StandardAuthorizer.SUPER_USERS_CONFIG, request.get("super_users").asText(),
            StandardAuthorizer.ALLOW_EVERYONE_IF_NO_ACL_IS_FOUND_CONFIG, request.get("allow_everyone").asText()));
        authorizer.withPluginMetrics(new PluginMetricsImpl(new Metrics(), Map.of()));
        Map<Uuid, StandardAcl> acls = new HashMap<>();
        for (JsonNode acl : request.get("acls")) {
            acls.put(Uuid.randomUuid(), new StandardAcl(
                ResourceType.fromString(acl.get("resource_type").asText()), acl.get("resource_name").asText(),
                PatternType.fromString(acl.get("pattern_type").asText()), acl.get("principal").asText(),
                acl.get("host").asText(), AclOperation.fromString(acl.get("operation").asText()),
                AclPermissionType.fromString(acl.get("permission").asText())));
        }
        authorizer.loadSnapshot(acls);
        authorizer.completeInitialLoad();
        return authorizer;
    }

    static List<Object> decision(StandardAuthorizer authorizer, JsonNode question) throws Exception {
        String[] principal = question.get("principal").asText().split(":", 2);
        KafkaPrincipal user = new KafkaPrincipal(principal[0], principal[1]);
        InetAddress address = InetAddress.getByName(question.get("host").asText());
        Action action = new Action(
            AclOperation.fromString(question.get("operation").asText()),
            new ResourcePattern(ResourceType.fromString(question.get("resource_type").asText()),
                question.get("resource_name").asText(), PatternType.LITERAL),
            1, false, false);
        AuthorizationResult result = authorizer.authorize(new Client(user, address), List.of(action)).get(0);
        return List.of(result == AuthorizationResult.ALLOWED, deciding(authorizer, user, address, action));
    }

    /** Returns the ACL that the authorizer names in its log, or an empty text; where its fields are, only it knows. */
    static Object deciding(StandardAuthorizer authorizer, KafkaPrincipal user, InetAddress address, Action action)
            throws Exception {
        Object data = read(authorizer, "data");
        Method find = data.getClass().getDeclaredMethod("findAclRule", Set.class, String.class, Action.class);
        find.setAccessible(true);
        Set<KafkaPrincipal> principals = Set.of(user, new KafkaPrincipal("User", "*"));
        Object rule = find.invoke(data, principals, address.getHostAddress(), action);
        if (!rule.getClass().getSimpleName().equals("MatchingAclRule")) {
            return "";
        }
        StandardAcl acl = (StandardAcl) read(rule, "acl");
        return List.of(acl.principal(), acl.host(), acl.operation().name(), acl.permissionType().name(),
            acl.resourceType().name(), acl.resourceName(), acl.patternType().name());
    }

    static Object read(Object holder, String name) throws Exception {
        Field field = holder.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(holder);
    }
}
