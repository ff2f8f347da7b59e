import KernelProtocol
import Testing

@Suite("Signer")
struct SignerTests {
  func sign(_ key: [UInt8], _ text: FrameBytes) -> String {
    Signer(key: key).sign(text, "", "", "").description
  }

  @Test("signatures are those of RFC 4231")
  func knownAnswers() {
    #expect(
      sign([UInt8](repeating: 0x0B, count: 20), "Hi There")
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      sign(Array("Jefe".utf8), "what do ya want for nothing?")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      sign(
        [UInt8](repeating: 0xAA, count: 131),
        "Test Using Larger Than Block-Size Key - Hash Key First")
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("a signature covers all four parts, whatever the frame they are cut into")
  func coverage() {
    let signer = Signer(key: "k")
    let signature = signer.sign("ab", "cd", "ef", "gh")
    #expect(signer.verify(signature, "ab", "cd", "ef", "gh"))
    #expect(!signer.verify(signature, "aB", "cd", "ef", "gh"))
    #expect(!signer.verify(signature, "ab", "cD", "ef", "gh"))
    #expect(!signer.verify(signature, "ab", "cd", "eF", "gh"))
    #expect(!signer.verify(signature, "ab", "cd", "ef", "gH"))
  }

  @Test("one wrong digit anywhere is refused, and upper case too")
  func everyDigit() {
    let signer = Signer(key: "k")
    let right = signer.sign("a", "b", "c", "d").bytes
    for index in right.indices {
      var wrong = right
      wrong[index] ^= 1
      #expect(!signer.verify(FrameBytes(wrong), "a", "b", "c", "d"))
    }
    let upper = FrameBytes(FrameBytes(right).description.uppercased())
    #expect(!signer.verify(upper, "a", "b", "c", "d"))
    #expect(!signer.verify(FrameBytes(Array(right.dropLast())), "a", "b", "c", "d"))
  }

  @Test("with an empty key messages are not signed, as with Jupyter's empty Session.key")
  func unsigned() {
    let signer = Signer(key: "")
    #expect(signer.sign("a", "b", "c", "d").isEmpty)
    #expect(signer.verify("", "a", "b", "c", "d"))
  }
}
