import DraftData
import FileSystem
import Testing

@Suite("Templates")
struct JinjaTemplateTests {
  private func message(_ source: String, _ variables: JSONObject = JSONObject()) -> String? {
    let error = #expect(throws: InputError.self) {
      try JinjaTemplate(source, file: "chat.jinja").render(variables)
    }
    return error?.description
  }

  @Test(
    "a bad template is refused with its line, what stands there and what was expected",
    arguments: [
      ("a\n{{ x | shout }}", "chat.jinja:2: the filter 'shout', expected one of abs,"),
      ("\n\n{% include 'a' %}", "chat.jinja:3: the tag 'include', expected if, for, set"),
      ("{{ x is odder }}", "chat.jinja:1: the test 'odder', expected one of"),
      (
        "{% if a %}\n{% for b in c %}",
        "chat.jinja:2: the end of the template, expected '{% else %}' or '{% endfor %}'"
      ),
      ("{{ a b }}", "chat.jinja:1: 'b', expected '}}' or an operator"),
      ("x\n{{ 'a", "chat.jinja:2: a text without its closing '"),
      ("{% for x in y recursive %}{% endfor %}", "chat.jinja:1: a recursive loop"),
    ])
  func namesPlace(source: String, expected: String) {
    let text = message(source) ?? ""
    #expect(text.hasPrefix(expected), "\(text)")
  }

  @Test(
    "an error while rendering names the line of the statement that failed",
    arguments: [
      ("a\n{{ m.x }}", "chat.jinja:2: '.x' of the undefined 'm', expected a value that is defined"),
      ("\n{{ [1].append(2) }}", "chat.jinja:2: 'append', which would change a list"),
      (
        "{% macro f() %}\n{{ 1 + 'a' }}{% endmacro %}\n\n{{ f() }}",
        "chat.jinja:2: '+' between the value 1 and the text 'a'"
      ),
      (
        "{{ raise_exception('Roles must alternate') }}",
        "chat.jinja:1: the template refuses the conversation: Roles must alternate"
      ),
      ("{{ range(3) | tojson }}", "chat.jinja:1: filter 'tojson': a range for the filter 'tojson'"),
    ])
  func namesFailure(source: String, expected: String) {
    let text = message(source) ?? ""
    #expect(text.hasPrefix(expected), "\(text)")
  }

  @Test(
    "templates that run away are stopped",
    arguments: [
      ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "deep"),
      ("{{ 'a' * 100000000 }}", "repeated"),
      (
        "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(40) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
        "too long"
      ),
      ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "steps"),
      ("{% for i in range(99999) %}{{ 'a' * 1000000 }}{% endfor %}", "bytes of output"),
      (
        "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000) + " }}",
        "nesting deeper"
      ),
      (String(repeating: "{% if a %}", count: 5000), "nesting deeper"),
      ("{{ " + String(repeating: "not ", count: 5000) + "a }}", "nesting deeper"),
    ])
  func stopsRunaways(source: String, expected: String) {
    let text = message(source) ?? ""
    #expect(text.contains(expected), "\(text)")
  }

  @Test("generation blocks are told by bytes, also behind other scripts, and not from inside a macro")
  func generations() throws {
    let template = try JinjaTemplate(
      "é{% generation %}ü{% endgeneration %}{% generation %}{% endgeneration %}")
    #expect(template.marksGenerations)
    #expect(try template.render(JSONObject()).generations == [2..<4, 4..<4])
    let hidden = try JinjaTemplate(
      "{% macro f() %}{% generation %}a{% endgeneration %}{% endmacro %}{{ f() }}")
    #expect(try hidden.render(JSONObject()).generations == nil)
    #expect(try !JinjaTemplate("a").marksGenerations)
  }

  @Test("without a clock strftime_now is undefined, and templates that ask take their own date")
  func clock() throws {
    let source = "{% if strftime_now is defined %}{{ strftime_now('%-d %b %Y') }}{% else %}none{% endif %}"
    let template = try JinjaTemplate(source)
    #expect(try template.render(JSONObject()).text == "none")
    let clock = TemplateClock(year: 2025, month: 3, day: 4)
    #expect(try template.render(JSONObject(), clock: clock).text == "4 Mar 2025")
    #expect(throws: InputError.self) {
      try JinjaTemplate("{{ strftime_now('%Q') }}").render(JSONObject(), clock: clock)
    }
  }

  @Test("a whole number that the JSON reader made a float is refused, not printed otherwise")
  func bigNumbers() throws {
    var variables = JSONObject()
    variables["n"] = .number(0x1p64)
    #expect(throws: InputError.self) { try JinjaTemplate("{{ n }}").render(variables) }
  }
}
