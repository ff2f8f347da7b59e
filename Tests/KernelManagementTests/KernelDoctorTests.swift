import Testing

@testable import KernelManagement

@Suite("The doctor", .timeLimit(.minutes(5)))
struct KernelDoctorTests {
  private func spec(
    program: String = "sh", version: [String] = ["sh", "-c", "echo Shell 3.10.2"],
    minimum: String? = nil, checks: [ShimDescription.Check] = []
  ) -> KernelSpec {
    KernelSpec(
      name: "test", folder: "/tmp", arguments: [program], displayName: "Test", language: "Shell",
      shim: ShimDescription(
        protocolVersion: "1.0", version: version, minimum: minimum, checks: checks,
        install: Remedy(["debian": "apt-get install shell", "any": "install a shell"])))
  }

  private func check(_ script: String, _ what: String) -> ShimDescription.Check {
    ShimDescription.Check(
      run: ["sh", "-c", script], what: what, mend: Remedy(["debian": "apt-get install \(what)"]))
  }

  private func examine(
    _ spec: KernelSpec, family: OperatingSystemFamily = .debian,
    patience: Duration = .seconds(10)
  ) async throws -> KernelDiagnosis {
    let doctor = KernelDoctor(
      launcher: try TestSupport.launcher(), environment: TestSupport.environment, family: family,
      patience: patience)
    return await doctor.examine(spec)
  }

  @Test("a kernel that has everything is ready, with its version and interpreter")
  func ready() async throws {
    let diagnosis = try await examine(spec(minimum: "3.9", checks: [check("true", "x")]))
    #expect(diagnosis.status == .ready)
    #expect(diagnosis.version == "3.10.2")
    #expect(diagnosis.interpreterPath?.hasSuffix("/sh") == true)
    #expect(diagnosis.mend == nil)
  }

  @Test(
    "a missing interpreter is mended by the system's own command",
    arguments: [
      (OperatingSystemFamily.debian, "apt-get install shell"), (.other, "install a shell"),
    ])
  func missingInterpreter(family: OperatingSystemFamily, mend: String) async throws {
    let diagnosis = try await examine(spec(program: "no-such-shell"), family: family)
    #expect(diagnosis.status == .missing("no-such-shell, the interpreter"))
    #expect(diagnosis.interpreterPath == nil)
    #expect(diagnosis.mend == mend)
  }

  @Test("a foreign kernel is ready when its interpreter is there")
  func foreign() async throws {
    func foreign(_ program: String) -> KernelSpec {
      KernelSpec(
        name: "f", folder: "/tmp", arguments: [program], displayName: "F", language: "F")
    }
    #expect(try await examine(foreign("sh")).status == .ready)
    #expect(
      try await examine(foreign("no-such")).mend == "Install F so that no-such is on the PATH.")
  }

  @Test("an interpreter that is too old is missing in the version needed")
  func tooOld() async throws {
    let diagnosis = try await examine(spec(minimum: "3.11"))
    #expect(diagnosis.status == .missing("Shell 3.11 or newer (this is 3.10.2)"))
    #expect(diagnosis.mend == "apt-get install shell")
  }

  @Test("an interpreter that fails is broken, with what it said")
  func broken() async throws {
    let diagnosis = try await examine(
      spec(version: ["sh", "-c", "echo libfoo not found >&2; exit 3"]))
    let why = "`sh -c echo libfoo not found >&2; exit 3` ended with exit status 3: libfoo not found"
    #expect(diagnosis.status == .broken(why))
  }

  @Test("every failed check is named and mended by one command")
  func checks() async throws {
    let diagnosis = try await examine(
      spec(checks: [check("exit 1", "a"), check("true", "b"), check("exit 2", "c")]))
    #expect(diagnosis.status == .missing("a, c"))
    #expect(diagnosis.mend == "apt-get install a && apt-get install c")
  }

  @Test("a command that does not end is killed and reported, even when a child holds its output")
  func hanging() async throws {
    let started = ContinuousClock.now
    let diagnosis = try await examine(
      spec(checks: [check("sleep 1000 & sleep 1000", "a")]), patience: .milliseconds(200))
    #expect(diagnosis.status == .broken("the check for a did not end in time"))
    #expect(ContinuousClock.now - started < .seconds(30))
  }

  @Test("a check that leaves a child behind with its output open does not hold up the doctor")
  func leftChild() async throws {
    let diagnosis = try await examine(spec(checks: [check("sleep 1000 & exit 0", "a")]))
    #expect(diagnosis.status == .ready)
  }

  @Test("diagnoses come in the order of the kernels")
  func order() async throws {
    let doctor = KernelDoctor(
      launcher: try TestSupport.launcher(), environment: TestSupport.environment, family: .debian)
    let diagnoses = await doctor.examine([spec(), spec(program: "no-such-shell"), spec()])
    #expect(diagnoses.map { $0.status == .ready } == [true, false, true])
  }

  @Test(
    "versions are found in what interpreters print",
    arguments: [
      ("Python 3.11.2", "3.11.2"), ("v20.20.2", "20.20.2"),
      ("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux-gnu]", "3.1.2"),
      ("Lua 5.4.4  Copyright (C) 1994-2022 Lua.org, PUC-Rio", "5.4.4"),
      ("\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64", "5.36.0"),
    ])
  func versions(text: String, version: String) {
    #expect(DottedVersion(in: text)?.description == version)
  }

  @Test("versions compare number by number")
  func comparison() throws {
    let nine = try #require(DottedVersion(in: "3.9"))
    let ten = try #require(DottedVersion(in: "3.10"))
    #expect(nine < ten)
    #expect(try #require(DottedVersion(in: "3.9.0")) == nine)
    #expect(DottedVersion(in: "no number") == nil)
  }

  @Test(
    "the family of the system is read from os-release",
    arguments: [
      ("ID=debian", OperatingSystemFamily.debian), ("ID=ubuntu\nID_LIKE=debian", .debian),
      ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"", .debian),
      ("ID=fedora\nNAME=\"not debian\"", .other), ("", .other),
    ])
  func family(osRelease: String, family: OperatingSystemFamily) {
    #expect(OperatingSystemFamily(osRelease: osRelease) == family)
  }
}
